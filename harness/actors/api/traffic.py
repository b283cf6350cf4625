"""What the fakes' journals tell about the app: the calls it made, and what Gladly delivered to it, as typed entries."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from harness.actors.api.heard import Heard, asks_for_a_customer, hear
from harness.actors.api.sent import LEGACY
from harness.actors.api.tenant import Tenant
from harness.wording import moment

REFUSED = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.GONE})
TAKEN = frozenset({httpx.codes.OK, httpx.codes.ACCEPTED})
THROTTLED = httpx.codes.TOO_MANY_REQUESTS
TOLD_OF_GLADLY = "?kind=delivery&kind=fault&kind=unsupported&kind=error"
TOLD_OF_KLAVIYO = "?kind=request&kind=fault&kind=unsupported&kind=error"
CONVERSATIONS = "CONVERSATION/"
"""What the event types begin with that the app is to report, or to pass over."""
MOST_LINES = 8
LONGEST_SAID = 200
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MOST_UNDER_WAY = 4
PROBES_APART = 55.0
"""Seconds between two tries of a refused key: a minute, with room for clocks."""


def fingerprint(key: str) -> str:
    """Return what the fakes' journals write instead of ``key``."""
    return f"secret:{hashlib.sha256(key.encode()).hexdigest()[:8]}"


Outcome = Literal["accepted", "refused", "unanswered", "lost"]


@dataclass(frozen=True)
class Call:
    """A call that a fake answered. ``credential`` is a fingerprint of the key it came with, ``fault`` what was in its way."""

    number: int
    at: datetime
    method: str
    path: str
    status: int
    fault: str
    credential: str

    @classmethod
    def of(cls, entry: Any) -> "Call":
        """Return what a journal entry of the kind ``request`` tells."""
        details = entry["details"]
        at = datetime.fromisoformat(entry["at"])
        names = ("method", "path", "status", "fault", "credential")
        return cls(entry["number"], at, *(details[name] for name in names))

    @property
    def is_legacy(self) -> bool:
        """Whether it went to the legacy API."""
        return self.path in LEGACY

    @property
    def is_refused(self) -> bool:
        """Whether Klaviyo itself refused it, for its key or because the API is gone; what the edge turns away is not."""
        return self.status in REFUSED and self.fault != "edge"

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
    error: str = ""

    @classmethod
    def of(cls, entry: Any) -> "Delivery":
        """Return what a journal entry of the kind ``delivery`` tells."""
        details = entry["details"]
        told = (details["event_id"], details["event_type"], details["outcome"], details["status"])
        return cls(*told, details.get("error", ""))

    @property
    def as_text(self) -> str:
        """What came of it, in words."""
        how = (
            f"answered {self.status}"
            if self.status
            else f"no answer ({self.error})"
            if self.error
            else self.outcome
        )
        return f"{self.event_type}: {how}"

    @property
    def is_settled(self) -> bool:
        """Whether it needs no other attempt."""
        return self.outcome in {"accepted", "lost"}


class Traffic:
    """What one account at Klaviyo and one organization at Gladly have seen of the app."""

    def __init__(
        self, klaviyo: Tenant, gladly: Tenant, key_of_app: Callable[[], str], another_host: str = ""
    ) -> None:
        """Read the journals of both. ``key_of_app`` tells which key the app was given last, its public one without a private.

        ``foreign`` are fingerprints of the keys that others use, whose calls are not the app's. ``another_host`` is an
        address of Gladly's fake that is not Gladly's.
        """
        self._klaviyo = klaviyo
        self._gladly = gladly
        self._key_of_app = key_of_app
        self._another_host = another_host
        self.foreign: set[str] = set()
        self.saved_at = LONG_AGO
        """When the app was last given a key, in the fakes' time."""
        self._read = [0, 0, 0, 0]

    def calls(self) -> list[Call]:
        """Return the app's calls to Klaviyo that send something, in order."""
        entries = self._klaviyo.journal("?kind=request") + self._klaviyo.unclaimed("?kind=request")
        return sorted(self._apps_own(entries), key=lambda call: call.at)

    def refusals(self) -> list[Call]:
        """Return the calls by the key that the app was given last which Klaviyo refused for it, or because the API is gone."""
        given = fingerprint(self._key_of_app())
        return [call for call in self.calls() if call.is_refused and call.credential == given]

    def is_refused(self) -> bool:
        """Say whether Klaviyo refused the app's last call."""
        calls = self.calls()
        return bool(calls) and calls[-1].is_refused

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

    def sent_in_a_pause(self, wait: float, under_way: float) -> list[str]:
        """Return the calls made after Klaviyo asked for ``wait`` seconds and before they were over, a line each.

        What was under way when the answer came may still arrive within ``under_way`` seconds, a few calls at most.
        """
        hasty = []
        for asked in (call for call in self.calls() if call.status == THROTTLED):
            later = [
                (call.at - asked.at).total_seconds()
                for call in self.calls()
                if call is not asked and call.at >= asked.at and call.number > asked.number
            ]
            soon = [seconds for seconds in later if seconds < under_way]
            hasty += [seconds for seconds in later if under_way <= seconds < wait] + soon[MOST_UNDER_WAY:]
        return [f"a call {seconds:.2f} s after Klaviyo had asked for {wait:g} s" for seconds in hasty]

    def refusals_too_soon(self) -> list[str]:
        """Return, a line each, the calls by a key that Klaviyo refused which came sooner than a minute after another."""
        return _too_soon([call.at for call in self.refusals()])

    def refused_questions(self) -> list[datetime]:
        """Return when Gladly refused the app's token."""
        refused = [one for one in self._questions() if one["details"]["status"] == httpx.codes.UNAUTHORIZED]
        return [datetime.fromisoformat(one["at"]) for one in refused]

    def questions_too_soon(self) -> list[str]:
        """Return, a line each, the questions by a refused token which came sooner than a minute after another."""
        return _too_soon(self.refused_questions())

    def rejections(self) -> list[Call]:
        """Return the calls whose event Klaviyo called a bad one."""
        return [call for call in self.calls() if call.status == httpx.codes.BAD_REQUEST and not call.fault]

    def calls_since(self, key: str) -> list[Call]:
        """Return the calls by the private key ``key`` since the app was last given a key."""
        used = fingerprint(key)
        return [call for call in self.calls() if call.credential == used and call.at > self.saved_at]

    def answers(self) -> int:
        """Return how many deliveries of Gladly the app has accepted, but for the PING when it is switched on."""
        return sum(
            one.outcome == "accepted"
            for one in map(Delivery.of, self._gladly.journal("?kind=delivery"))
            if one.event_type != "PING"
        )

    def attempts(self) -> int:
        """Return how often Gladly has tried to deliver the event that it has tried most."""
        return max((len(tried) for _, tried in self._attempts()), default=0)

    def troubles_of_gladly(self) -> list[str]:
        """Return what has gone wrong at Gladly because it was asked to."""
        return [str(entry["what"]) for entry in self._gladly.journal("?kind=fault")]

    def turned_away(self) -> list[str]:
        """Return, a line each, which attempts of Gladly to say something the app did not accept, and how it answered."""
        tried = [one for _, several in self._attempts() for one in several]
        return [one.as_text for one in tried if not one.is_settled]

    def questions(self) -> list[int]:
        """Return the statuses by which Gladly answered when the app asked for a customer."""
        return [entry["details"]["status"] for entry in self._questions()]

    def errors(self) -> list[tuple[str, str]]:
        """Return the errors by which either system answered the app of its own accord: whose, and what in words."""
        klaviyo = self._klaviyo.journal("?kind=request") + self._klaviyo.unclaimed("?kind=request")
        of_app = [entry for entry in klaviyo if self._apps_own([entry])]
        both = [("Gladly", entry) for entry in self._questions()] + [("Klaviyo", entry) for entry in of_app]
        return [(system, said) for system, entry in both if (said := error_in_words(entry["details"]))]

    def _questions(self) -> list[Any]:
        entries = self._gladly.journal("?kind=request") + self._gladly.unclaimed("?kind=request")
        return [entry for entry in entries if asks_for_a_customer(entry)]

    def authorized_elsewhere(self) -> list[str]:
        """Return the calls that were made at another host than Gladly's, with credentials."""
        entries = self._gladly.journal("?kind=request") + self._gladly.unclaimed("?kind=request")
        return [
            str(entry["what"])
            for entry in entries
            if entry["details"]["host"] == urlsplit(self._another_host).netloc
            and entry["details"]["authorized"]
        ]

    def calls_of_the_app(self) -> list[str]:
        """Return every call of the app to either system that neither a person nor the harness made, a line each."""
        return [str(entry["what"]) for entry in self._questions()] + [call.path for call in self.calls()]

    def app_was_saved(self) -> None:
        """Remember that the app has been given a key and runs with it."""
        self.saved_at = datetime.fromisoformat(self._klaviyo.clock())

    def faults_overcome(self) -> bool:
        """Say whether the app has called Klaviyo again, and been answered, since a fault was last in its way."""
        entries = self._klaviyo.journal("?kind=fault&kind=request")
        last_fault = max((entry["number"] for entry in entries if entry["kind"] == "fault"), default=0)
        calls = self._apps_own(entry for entry in entries if entry["kind"] == "request")
        return not last_fault or any(call.number > last_fault for call in calls if not call.fault)

    def undelivered(self) -> list[str]:
        """Return the events, by type, that Gladly has raised and the app has not accepted yet."""
        return [kind for kind, tried in self._attempts() if _is_open(tried)]

    def untold(self) -> list[str]:
        """Return the events, by type, that Gladly has raised and not yet tried to tell the app."""
        return [kind for kind, tried in self._attempts() if not tried]

    def undelivered_ids(self) -> set[str]:
        """Return the ids of these events."""
        return {event_id for event_id, (_, tried) in self._attempts_by_id().items() if _is_open(tried)}

    def refused_deliveries(self) -> list[str]:
        """Return the events, by type, that the app did not accept at the first attempt."""
        return [kind for kind, tried in self._attempts() if any(not one.is_settled for one in tried)]

    def activity(self) -> tuple[int, ...]:
        """Return something that changes whenever either fake sees or does something."""
        reads = (self._klaviyo.journal, self._gladly.journal, self._klaviyo.unclaimed, self._gladly.unclaimed)
        for index, read in enumerate(reads):
            if later := read(f"?after={self._read[index]}"):
                self._read[index] = later[-1]["number"]
        return tuple(self._read)

    def hear(self) -> Heard:
        """Return what was heard of the app up to now."""
        kinds = "?kind=request&kind=fault&kind=delivery"
        klaviyo = self._klaviyo.journal(kinds) + self._klaviyo.unclaimed(kinds)
        klaviyo.sort(key=lambda entry: str(entry["at"]))
        of_app = partial(filter, lambda one: one["kind"] == "fault" or self._apps_own([one]))
        return hear(list(of_app(klaviyo)), self._gladly.journal(kinds), bool(self.untold()))

    def lines(self) -> list[str]:
        """Return what either system did last that concerns the app, a line each, for people to read."""
        klaviyo = self._klaviyo.journal(TOLD_OF_KLAVIYO) + self._klaviyo.unclaimed(TOLD_OF_KLAVIYO)
        klaviyo = [entry for entry in klaviyo if entry["kind"] != "request" or self._apps_own([entry])]
        klaviyo.sort(key=lambda entry: str(entry["at"]))
        return _last_lines("Gladly", self._gladly.journal(TOLD_OF_GLADLY)) + _last_lines("Klaviyo", klaviyo)

    def _apps_own(self, entries: Iterable[Any]) -> list[Call]:
        calls = map(Call.of, entries)
        return [call for call in calls if call.sends and call.credential not in self.foreign]

    def _attempts(self) -> Iterable[tuple[str, list[Delivery]]]:
        """Return what came of each event that anybody was to hear of: its type, and the attempts to deliver it, in order."""
        return self._attempts_by_id().values()

    def _attempts_by_id(self) -> dict[str, tuple[str, list[Delivery]]]:
        attempts: dict[str, tuple[str, list[Delivery]]] = {}
        for entry in self._gladly.journal("?kind=event&kind=delivery"):
            about = entry["details"]
            if entry["kind"] == "event" and about["listeners"]:
                attempts[about["event_id"]] = (about["event_type"], [])
            elif entry["kind"] == "delivery" and about["event_id"] in attempts:
                attempts[about["event_id"]][1].append(Delivery.of(entry))
        return attempts


def _too_soon(moments: list[datetime]) -> list[str]:
    """Return which of the moments of a refusal lie closer than a minute to the one before."""
    return [
        f"tried again {seconds:.1f} s after it was refused"
        for refused, again in pairwise(moments)
        if (seconds := (again - refused).total_seconds()) < PROBES_APART
    ]


def error_in_words(about: Any) -> str:
    """Return in words how a request was turned down, from its journal entry's details; ``""`` if it was not, or by a fault."""
    if about["fault"] or about["status"] < httpx.codes.BAD_REQUEST:
        return ""
    said = details(about["answer"])
    return f"{about['status']} to {about['method']} {about['path']}" + (f": {said}" if said else "")


def details(answer: str) -> str:
    """Return what an error's JSON says for people; the text itself where it is no such JSON."""
    try:
        errors = json.loads(answer)["errors"]
        said = [one if isinstance(one, str) else one["detail"] for one in errors]
    except (ValueError, KeyError, TypeError):
        return answer[:LONGEST_SAID]
    return "; ".join(said)[:LONGEST_SAID]


def _is_open(tried: list[Delivery]) -> bool:
    return not tried or not tried[-1].is_settled


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
        what = f"told the app of {delivery.as_text}"
        if delivery.is_settled and not delivery.event_type.startswith(CONVERSATIONS):
            what = ""
    return f"{moment(datetime.fromisoformat(entry['at']))} {what}" if what else ""
