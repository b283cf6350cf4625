"""The doors of Klaviyo's API: for each of the eleven scopes a call that reads and one that would write, to try a key at.

Who lacks the scope is answered 403 before anything that was sent is looked at, so a writing call without a body tells who
may write and changes nothing: it is refused for its body, or for what nobody has. Paths, scopes and limits: Klaviyo
OpenAPI, revision 2026-07-15. Each call asks for its one scope, but that making a tag asks for both of tags, which no level
of the page gives one without the other. Nothing asks for reading data privacy: that one is only listed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import httpx

from harness.actors.scopes import SCOPES
from harness.errors import SystemFailed

Verb = Literal["read", "write"]
ONLY_LISTED: tuple[str, Verb] = ("Data Privacy", "read")
"""What no call asks for; the beta list of keys tells whether a key has it, as ``LISTED_SCOPE``."""

LISTED_SCOPE = f"{SCOPES[ONLY_LISTED[0]]}:{ONLY_LISTED[1]}"

NOBODYS = "AbCdEf"
"""An id that no custom metric has."""


@dataclass(frozen=True)
class Door:
    """A call that needs leave to ``verb`` what the page calls ``scope``; ``tier`` is the limit it has at Klaviyo."""

    scope: str
    verb: Verb
    method: str
    path: str
    tier: str
    query: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def body(self) -> Mapping[str, str] | None:
        """What is sent: nothing, or what is no body."""
        return None if self.method == "GET" else {}

    def lets_in(self, status: int) -> bool:
        """Say whether an answer of ``status`` let the caller in. ``SystemFailed`` when it tells nothing of that."""
        if status == httpx.codes.FORBIDDEN:
            return False
        if httpx.codes.is_success(status) or status in {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND}:
            return True
        raise SystemFailed(f"Klaviyo answered {status} to {self.method} {self.path}: that tells of no scope")


_ONE = {"page[size]": "1"}
DOORS = (
    Door("Campaigns", "read", "GET", "/api/campaigns", "M", {"filter": "equals(messages.channel,'email')"}),
    Door("Campaigns", "write", "POST", "/api/campaigns", "M"),
    Door("Catalogs", "read", "GET", "/api/catalog-items", "XL", _ONE),
    Door("Catalogs", "write", "POST", "/api/catalog-items", "L"),
    Door("Data Privacy", "write", "POST", "/api/data-privacy-deletion-jobs", "S"),
    Door("Events", "read", "GET", "/api/events", "XL", _ONE),
    Door("Events", "write", "POST", "/api/events", "XL"),
    Door("Flows", "read", "GET", "/api/flows", "S", _ONE),
    Door("Flows", "write", "POST", "/api/flows", "XS"),
    Door("List", "read", "GET", "/api/lists", "L", _ONE),
    Door("List", "write", "POST", "/api/lists", "M"),
    Door("Metrics", "read", "GET", "/api/metrics", "M"),
    Door("Metrics", "write", "PATCH", f"/api/custom-metrics/{NOBODYS}", "XS"),
    Door("Profiles", "read", "GET", "/api/profiles", "L", _ONE),
    Door("Profiles", "write", "POST", "/api/profiles", "L"),
    Door("Segments", "read", "GET", "/api/segments", "L", _ONE),
    Door("Segments", "write", "POST", "/api/segments", "XS"),
    Door("Subscriptions", "read", "GET", "/api/profile-suppression-bulk-delete-jobs", "L"),
    Door("Subscriptions", "write", "POST", "/api/profile-suppression-bulk-delete-jobs", "L"),
    Door("Tags", "read", "GET", "/api/tags", "S", _ONE),
    Door("Tags", "write", "POST", "/api/tags", "S"),
)


def by_scope(allowed: Collection[tuple[str, Verb]]) -> dict[str, set[str]]:
    """Return scope → verbs for each of the eleven, from where a key is ``allowed``."""
    return {label: {verb for scope, verb in allowed if scope == label} for label in SCOPES}
