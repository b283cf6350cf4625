"""Faults: what the fakes are asked to do wrong, on the way of the app."""

from typing import Any

from harness.actors.api.tenant import Tenant

EVENT_CALLS = "POST /api/*"


class Faults:
    """Arms the faults of one account and one organization, and disarms them."""

    def __init__(self, klaviyo: Tenant, gladly: Tenant) -> None:
        """Begin with none."""
        self._klaviyo = klaviyo
        self._gladly = gladly

    def at_klaviyo(self, kind: str, *, times: int = 1, status: int = 503, seconds: float = 1.0) -> None:
        """Let the next ``times`` calls with events be answered wrongly, by ``kind``."""
        self._arm(self._klaviyo, EVENT_CALLS, kind, times=times, status=status, seconds=seconds)

    def at_gladly(self, route: str, kind: str) -> None:
        """Let the next webhook of an event type, or the next call of a route, go wrong by ``kind``."""
        self._arm(self._gladly, route, kind)

    def end_at_klaviyo(self) -> None:
        """Disarm all that are left at Klaviyo."""
        self._klaviyo.call("DELETE", "/faults")

    def _arm(self, tenant: Tenant, route: str, kind: str, **how: Any) -> None:
        tenant.call("POST", "/faults", {"route": route, "kind": kind, **how})
