"""What the fakes' journals tell about the app: the calls it made, and what Gladly delivered to it, as typed entries."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

import httpx

from harness.actors.api.tenant import Tenant

LEGACY = ("/api/track", "/api/identify")
REFUSED = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.GONE})
TAKEN = frozenset({httpx.codes.OK, httpx.codes.ACCEPTED})
THROTTLED = httpx.codes.TOO_MANY_REQUESTS
TOLD_OF_GLADLY = "?kind=delivery&kind=fault&kind=unsupported&kind=error"
TOLD_OF_KLAVIYO = "?kind=request&kind=fault&kind=unsupported&kind=error"
CONVERSATIONS = "CONVERSATION/"
"""What the event types begin with that the app is to report, or to pass over."""
MOST_LINES = 8

Outcome = Literal["accepted", "refused", "unanswered", "lost"]


@dataclass(frozen=True)
class Call:
    """A call that Klaviyo answered; ``fault`` is the fault that was in its way, ``key`` the fingerprint of its key, if any."""

    number: int
    at: datetime
    method: str
    path: str
    status: int
    fault: str
    key: str

    @classmethod
    def of(cls, entry: Any) -> "Call":
        """Return what a journal entry of the kind ``request`` tells."""
        details = entry["details"]
        return cls(
            entry["number"],
            datetime.fromisoformat(entry["at"]),
            details["method"],
            details["path"],
            details["status"],
            details["fault"],
            details.get("key", ""),
        )

    @property
    def is_legacy(self) -> bool:
        """Whether it went to the legacy API."""
        return self.path in LEGACY

    @property
    def sends(self) -> bool:
        """Whether it sends something, as the app does; what only reads is the harness's own."""
        return self.is_legacy or (self.method == "POST" and self.path.startswith("/api/"))


@dataclass(frozen=True)
class Delivery:
    """An attempt of Gladly to deliver an event; ``lost`` is one that nobody was to be told of."""

    event_id: str
    event_type: str
    outcome: Outcome
    status: int | None

    @classmethod
    def of(cls, entry: Any) -> "Delivery":
        """Return what a journal entry of the kind ``delivery`` tells."""
        details = entry["details"]
        return cls(details["event_id"], details["event_type"], details["outcome"], details["status"])

    @property
    def is_settled(self) -> bool:
        """Whether it needs no other attempt."""
        return self.outcome in {"accepted", "lost"}


def fingerprint(secret: str) -> str:
    """Return what a journal has in place of ``secret``."""
    return f"secret:{hashlib.sha256(secret.encode()).hexdigest()[:8]}"


class Traffic:
    """What one account at Klaviyo and one organization at Gladly have seen of the app."""

    def __init__(self, klaviyo: Tenant, gladly: Tenant) -> None:
        """Read the journals of both."""
        self._klaviyo = klaviyo
        self._gladly = gladly
        self._of_others: set[str] = set()
        self._newest: dict[str, int] = {}

    def disregard(self, key: str) -> None:
        """Count no call that comes with ``key``: it is another system's."""
        self._of_others.add(fingerprint(key))

    def calls(self) -> list[Call]:
        """Return the app's calls to Klaviyo that send something, in order, also those with a key that Klaviyo does not know."""
        own = [Call.of(entry) for entry in self._klaviyo.call("GET", "/journal?kind=request")]
        unclaimed = [Call.of(entry) for entry in self._klaviyo.unclaimed("?kind=request")]
        return sorted((call for call in own + unclaimed if self._is_the_apps(call)), key=lambda call: call.at)

    def refusals(self) -> list[Call]:
        """Return the calls that Klaviyo refused for their key, or because the API is gone."""
        return [call for call in self.calls() if call.status in REFUSED]

    def is_refused(self) -> bool:
        """Say whether Klaviyo refused the app's last call."""
        calls = self.calls()
        return bool(calls) and calls[-1].status in REFUSED

    def api_of_the_last_event(self) -> str:
        """Return which API took the last event: ``legacy`` or ``new``; ``""`` while none was taken."""
        taken = [call for call in self.calls() if call.status in TAKEN]
        return ("legacy" if taken[-1].is_legacy else "new") if taken else ""

    def waits_after_throttling(self) -> list[float]:
        """Return the seconds of the fakes' time between each request to wait and the next call."""
        return [
            (then.at - call.at).total_seconds()
            for call, then in pairwise(self.calls())
            if call.status == THROTTLED
        ]

    def faults_overcome(self) -> bool:
        """Say whether the app has called Klaviyo again, and been answered, since a fault was last in its way."""
        entries = self._klaviyo.call("GET", "/journal?kind=fault&kind=request")
        last_fault = max((entry["number"] for entry in entries if entry["kind"] == "fault"), default=0)
        calls = [Call.of(entry) for entry in entries if entry["kind"] == "request"]
        return not last_fault or any(
            call.number > last_fault for call in calls if self._is_the_apps(call) and not call.fault
        )

    def undelivered(self) -> list[str]:
        """Return the events, by type, that Gladly has raised and the app has not accepted yet."""
        return [kind for kind, tried in self._attempts() if not tried or not tried[-1].is_settled]

    def refused_deliveries(self) -> list[str]:
        """Return the events, by type, that the app did not accept at the first attempt."""
        return [kind for kind, tried in self._attempts() if any(not one.is_settled for one in tried)]

    def activity(self) -> tuple[int, ...]:
        """Return something that changes whenever either fake sees or does something."""
        for tenant in (self._klaviyo, self._gladly):
            self._read_on(tenant.path, lambda query, one=tenant: one.call("GET", f"/journal{query}"))  # type: ignore[misc]
            self._read_on(f"{tenant.path} and nobody", tenant.unclaimed)
        return tuple(self._newest.values())

    def _read_on(self, journal: str, read: Callable[[str], Any]) -> None:
        """Note the number of the newest entry of a journal; only what came since the last time is read."""
        entries = read(f"?after={self._newest.get(journal, 0)}")
        self._newest[journal] = entries[-1]["number"] if entries else self._newest.get(journal, 0)

    def lines(self) -> list[str]:
        """Return what either system did last that concerns the app, a line each, for people to read."""
        klaviyo = self._klaviyo.call("GET", f"/journal{TOLD_OF_KLAVIYO}")
        klaviyo += self._klaviyo.unclaimed(TOLD_OF_KLAVIYO)
        klaviyo.sort(key=lambda entry: str(entry["at"]))
        gladly = self._gladly.call("GET", f"/journal{TOLD_OF_GLADLY}")
        klaviyo = [
            entry for entry in klaviyo if entry["kind"] != "request" or self._is_the_apps(Call.of(entry))
        ]
        return _last_lines("Gladly", gladly) + _last_lines("Klaviyo", klaviyo)

    def _is_the_apps(self, call: Call) -> bool:
        return call.sends and (not call.key or call.key not in self._of_others)

    def _attempts(self) -> Iterable[tuple[str, list[Delivery]]]:
        """Return what came of each event that somebody listens to: its type, and the attempts to deliver it, in order."""
        attempts: dict[str, tuple[str, list[Delivery]]] = {}
        for entry in self._gladly.call("GET", "/journal?kind=event&kind=delivery"):
            about = entry["details"]
            _, tried = attempts.setdefault(about["event_id"], (about["event_type"], []))
            if entry["kind"] == "delivery":
                tried.append(Delivery.of(entry))
            elif not about["listeners"]:
                del attempts[about["event_id"]]
        return attempts.values()


def _last_lines(system: str, entries: Iterable[Any]) -> list[str]:
    lines = [line for entry in entries if (line := _line(entry))]
    return [f"{system:<8} {line}" for line in lines[-MOST_LINES:]]


def _line(entry: Any) -> str:
    """Return what a journal entry tells, in words; nothing when it does not concern the app."""
    what = str(entry["what"])
    if entry["kind"] == "request":
        call = Call.of(entry)
        fault = f" (fault: {call.fault})" if call.fault else ""
        what = f"answered {call.status} to {call.method} {call.path}{fault}"
    elif entry["kind"] == "delivery":
        delivery = Delivery.of(entry)
        status = f" with {delivery.status}" if delivery.status else ""
        what = f"told the app of {delivery.event_type}: {delivery.outcome}{status}"
        if delivery.is_settled and not delivery.event_type.startswith(CONVERSATIONS):
            what = ""
    return f"{datetime.fromisoformat(entry['at']):%H:%M:%S} {what}" if what else ""
