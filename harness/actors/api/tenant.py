"""The fakes' control plane, as a client: one tenant of one fake."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from harness.errors import Refused, SystemFailed

CONTROL_HEADER = "X-Fake-Control"
USER_HEADER = "X-Fake-User"
DEADLINE = 30.0


@dataclass
class Tenant:
    """One account or organization behind its control plane; ``client`` is kept open for its base URL."""

    client: httpx.Client
    token: str = field(repr=False)
    path: str
    about: Mapping[str, Any] = field(repr=False)
    unclaimed_before: int = 0

    @classmethod
    def create(cls, client: httpx.Client, token: str, collection: str, id_name: str) -> "Tenant":
        """Make a new tenant in ``collection`` and return it."""
        tenant = cls(client, token, f"/_fake/{collection}", {})
        about = tenant.call("POST", "")
        made = cls(client, token, f"/_fake/{collection}/{about[id_name]}", about)
        made.unclaimed_before = max((entry["number"] for entry in made.unclaimed()), default=0)
        return made

    def call(self, method: str, path: str, body: Any = None, *, user: str | None = None) -> Any:
        """Call the control plane below this tenant, in the name of ``user`` if given, and return its JSON.

        Raises ``Refused`` when a call in a user's name is turned down, else ``SystemFailed``.
        """
        headers = {CONTROL_HEADER: self.token} | ({USER_HEADER: user} if user else {})
        response = self.client.request(method, self.path + path, json=body, headers=headers, timeout=DEADLINE)
        if response.is_success:
            return response.json() if response.content else None
        text = _error(response)
        if user and response.status_code in {httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN}:
            raise Refused(text)
        raise SystemFailed(f"{method} {self.path}{path} answered {response.status_code}: {text}")

    def journal(self, query: str = "") -> list[Any]:
        """Return what the fake saw and did for this tenant; ``query`` is such as ``?kind=request&after=7``."""
        entries: list[Any] = self.call("GET", f"/journal{query}")
        return entries

    def unclaimed(self, query: str = "") -> list[Any]:
        """Return what the fake saw since this tenant was made and belongs to no tenant, such as calls with an unknown key."""
        entries = Tenant(self.client, self.token, "/_fake", {}).call("GET", f"/journal{query}")
        return [entry for entry in entries if entry["number"] > self.unclaimed_before]

    def clock(self) -> str:
        """Return the fake's time in ISO 8601."""
        return str(Tenant(self.client, self.token, "/_fake", {}).call("GET", "/clock")["now"])

    def remove(self) -> None:
        """Take the tenant away."""
        self.call("DELETE", "")

    def user_with(self, role: str) -> str:
        """Return the e-mail address of the tenant's user with ``role``; ``LookupError`` names the roles there are."""
        for user in self.about["users"]:
            if user["role"] == role:
                return str(user["email"])
        raise LookupError(
            f"there is no user with the role {role!r}; roles: {[u['role'] for u in self.about['users']]}"
        )


def _error(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        return response.text[:500]
