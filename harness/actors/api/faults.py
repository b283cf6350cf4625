"""Trouble: what the fakes are asked to do wrong, on the way of the app, and whether it has come to that."""

from dataclasses import dataclass
from typing import Any

from harness.actors.api.tenant import Tenant

EVENT_CALLS = "POST /api/*"
UNTIL_ENDED = 1_000


@dataclass
class Trouble:
    """Trouble that was armed: ``what`` it is, at whose ``system``, and how often it is to strike, at least."""

    what: str
    system: str
    due: int
    number: int
    tenant: Tenant

    def struck(self) -> int:
        """Return how often it has struck, by the fake's own count."""
        counts = {one["id"]: one["struck"] for one in self.tenant.call("GET", "/faults")}
        return int(counts.get(self.number, 0))


class Faults:
    """Arms the faults of one account and one organization, and disarms them; what was armed has to strike."""

    def __init__(self, klaviyo: Tenant, gladly: Tenant) -> None:
        """Begin with none."""
        self._at_klaviyo = ("Klaviyo", klaviyo)
        self._at_gladly = ("Gladly", gladly)
        self._armed: list[Trouble] = []

    def at_klaviyo(self, kind: str, *, times: int = 1, **how: Any) -> Trouble:
        """Let the next ``times`` calls with events be answered wrongly, by ``kind``; ``how`` says the fault's other fields."""
        return self._arm(self._at_klaviyo, {"route": EVENT_CALLS, "kind": kind, "times": times, **how}, times)

    def at_gladly(self, route: str, kind: str, *, times: int = 1, **how: Any) -> Trouble:
        """Let the next webhooks of an event type, or the next calls of a route, go wrong by ``kind``."""
        return self._arm(self._at_gladly, {"route": route, "kind": kind, "times": times, **how}, times)

    def klaviyo_goes_down(self, kind: str = "status", **how: Any) -> Trouble:
        """Let every call with events go wrong until ``end_at_klaviyo``; at least one has to."""
        return self._arm(
            self._at_klaviyo, {"route": EVENT_CALLS, "kind": kind, "times": UNTIL_ENDED, **how}, 1
        )

    def gladly_goes_down(self, route: str, kind: str = "status", **how: Any) -> Trouble:
        """Let every call of ``route`` go wrong until ``end_at_gladly``; at least one has to."""
        return self._arm(self._at_gladly, {"route": route, "kind": kind, "times": UNTIL_ENDED, **how}, 1)

    def end_at_klaviyo(self) -> None:
        """Disarm all that are left at Klaviyo."""
        self._at_klaviyo[1].call("DELETE", "/faults")

    def end_at_gladly(self) -> None:
        """Disarm all that are left at Gladly."""
        self._at_gladly[1].call("DELETE", "/faults")

    def never_struck(self) -> list[str]:
        """Return, for people to read, which trouble has struck less often than it was said to."""
        return [
            f"{one.what} was to strike {one.due} x at {one.system} and has struck {struck} x: "
            "what this scenario says has not happened"
            for one in self._armed
            if (struck := one.struck()) < one.due
        ]

    def _arm(self, at: tuple[str, Tenant], fault: dict[str, Any], due: int) -> Trouble:
        system, tenant = at
        number = tenant.call("POST", "/faults", fault)["id"]
        what = f"the trouble {fault['kind']!r} on {fault['route']}"
        self._armed.append(Trouble(what, system, due, number, tenant))
        return self._armed[-1]
