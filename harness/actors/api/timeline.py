"""What happened at both systems in a scenario, step by step: who acted, which call came of it, which webhook, which event."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from harness.actors.api.sent import LEGACY, events_in
from harness.actors.api.tenant import Tenant
from harness.errors import SystemFailed
from harness.values import HARNESS
from harness.wording import moment

KINDS = "?kind=request&kind=fault&kind=delivery&kind=event&kind=action"
MOST = 40
"""How many entries a step has at most; how many more there were is said."""
LONGEST, LONGEST_ANSWER = 300, 200
"""How many characters of a body are kept."""
OF_CONVERSATIONS = "CONVERSATION/"
FIRST_ERROR = 400
BROWSER = "Mozilla/"
GIVEN = "the harness"
"""Whom a fake's journal names for what its control plane was asked to do."""

_SIGNS = {
    "CREATED": "begun",
    "started conversation": "begun",
    "CLOSED": "closed",
    "closed conversation": "closed",
}
"""By which words an event of either system tells of a beginning or an end."""

Kind = Literal["action", "call", "webhook", "event"]


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``about`` names the conversations and addresses it concerns: equal names, one thread.

    ``at`` is in seconds since the first thing in the scenario that happened, by the systems' clock.
    """

    kind: Kind
    system: str
    who: str
    what: str
    at: float
    method: str = ""
    path: str = ""
    status: int = 0
    fault: str = ""
    request: str = ""
    answer: str = ""
    about: tuple[str, ...] = ()
    times: int = 1

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, without what is empty, and without ``times`` where it happened once."""
        said = {name: value for name, value in asdict(self).items() if value or name == "at"}
        return said if self.times > 1 else {name: value for name, value in said.items() if name != "times"}

    def is_like(self, other: "Entry") -> bool:
        """Say whether the two differ in nothing but the time."""
        return replace(self, at=other.at, times=other.times) == other


@dataclass(frozen=True)
class ByHand:
    """A call to the app's webhook that the harness made itself: by whom, with what, and how it was answered (0: not at all)."""

    who: str
    body: bytes = field(repr=False)
    status: int

    @property
    def event_type(self) -> str:
        """The type of event that the body is said to be; that it is none, where it is none."""
        try:
            return str(json.loads(self.body)["type"])
        except (ValueError, KeyError, TypeError):
            return "no event"


@dataclass
class Timeline:
    """Reads both fakes' journals after each step. ``foreign`` are fingerprints of keys whose calls are not the app's.

    ``addresses`` returns those of a customer at Gladly, by id; it is asked at the end. ``by_hand`` is added to by whoever
    calls the app's webhook in Gladly's place.
    """

    klaviyo: Tenant
    gladly: Tenant
    foreign: set[str]
    addresses: Callable[[str], list[str]]
    by_hand: list[ByHand] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    """What the app called itself, once ``steps`` were read."""
    _steps: list[list[tuple[str, Any]]] = field(default_factory=list)
    _read: dict[str, int] = field(default_factory=dict)

    def step_done(self) -> None:
        """Remember what has happened since the last step."""
        new = [
            (system, entry)
            for system, tenant in (("Gladly", self.gladly), ("Klaviyo", self.klaviyo))
            for name, read in ((system, tenant.journal), (f"{system}, nobody's", tenant.unclaimed))
            for entry in self._new(name, read)
        ]
        if self.by_hand:
            now = self.gladly.clock()
            new += [("Gladly", {"kind": "by hand", "at": now, "details": one}) for one in self.by_hand]
            self.by_hand.clear()
        self._steps.append(sorted(new, key=lambda one: str(one[1]["at"])))

    def _new(self, name: str, read: Callable[[str], list[Any]]) -> list[Any]:
        entries = read(f"{KINDS}&after={self._read.get(name, 0)}")
        if entries:
            self._read[name] = entries[-1]["number"]
        return entries

    def steps(self) -> list[list[Entry]]:
        """Return what happened in each step that was done; what came after the last one is the last list."""
        self.step_done()
        names = _Names(self.addresses)
        told = [
            [entry for system, one in step for entry in self._told(system, one, names)]
            for step in self._steps
        ]
        start = min((entry.at for step in told for entry in step), default=0.0)
        return [_shortened([replace(one, at=round(one.at - start, 3)) for one in step]) for step in told]

    def _told(self, system: str, raw: Any, names: "_Names") -> Iterator[Entry]:
        """Yield what an entry of a journal tells; nothing for what only looks."""
        about, at = raw["details"], datetime.fromisoformat(raw["at"]).timestamp()
        if isinstance(about, ByHand):
            yield _webhook_by_hand(about, at, names)
        elif raw["kind"] == "action":
            who = "the harness, as it is given" if about.get("user") == GIVEN else "a person"
            yield Entry("action", system, who, names.in_text(raw["what"]), at)
        elif raw["kind"] == "event" and about.get("event_type", "").startswith(OF_CONVERSATIONS):
            concerned = names.of_event(about["event_id"], about["content"])
            yield Entry("event", system, "Gladly", about["event_type"], at, about=concerned)
        elif raw["kind"] == "delivery" and _is_worth_telling(about):
            yield _webhook(about, at, names)
        elif raw["kind"] == "request" and (who := self._who(system, about)):
            yield from _call(system, who, about, at, names)
        elif raw["kind"] == "fault" and about["fault"] in {"reset", "lost"} and "method" in about:
            what = f"{about['method']} {names.in_text(about['path'])}: no answer"
            yield Entry("call", system, "the app", what, at, about["method"], fault=about["fault"])

    def _who(self, system: str, about: Any) -> str:
        """Return who made a call; an empty text for whoever only looked."""
        changes = about["method"] not in {"GET", "HEAD"}
        if about["user_agent"].startswith(BROWSER):
            return "a person, on a page" if changes and about["status"] >= FIRST_ERROR else ""
        if about["user_agent"] != HARNESS:
            self.agents.add(about["user_agent"])
            return "the app"
        if system == "Klaviyo":
            return "another user of Klaviyo's API" if about["credential"] in self.foreign else ""
        return "a person, by Gladly's API" if changes else ""


class _Names:
    """Names for what has ids: ``conversation 1`` instead of letters and digits that nobody can read."""

    def __init__(self, addresses: Callable[[str], list[str]]) -> None:
        self._addresses = addresses
        self._known: dict[str, list[str]] = {}
        self._words: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._of_events: dict[str, tuple[str, ...]] = {}

    def of_event(self, event: str, content: Any) -> tuple[str, ...]:
        """Return what an event of Gladly is about, and remember it."""
        customer = str(content.get("customerId", ""))
        conversation = self._name("conversation", str(content.get("conversationId", "")))
        self._name("customer", customer)
        self._name("event", event)
        if customer not in self._known:
            try:
                self._known[customer] = self._addresses(customer)
            except SystemFailed:  # a token that is refused, say: the conversation has its name all the same
                self._known[customer] = []
        self._of_events[event] = (conversation, *self._known[customer])
        return self._of_events[event]

    def of_delivery(self, event: str) -> tuple[str, ...]:
        """Return what a webhook is about: what its event is."""
        return self._of_events.get(event, ())

    def in_text(self, text: str) -> str:
        """Return ``text`` with names in the place of ids."""
        for word, name in self._words.items():
            text = text.replace(word, f"<{name}>")
        return text

    def _name(self, kind: str, word: str) -> str:
        if word and word not in self._words:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._words[word] = f"{kind} {self._counts[kind]}"
        return self._words.get(word, kind)


def _is_worth_telling(about: Any) -> bool:
    kind = str(about["event_type"])
    return kind.startswith(OF_CONVERSATIONS) or kind == "PING" or about["outcome"] not in {"accepted", "lost"}


def _webhook(about: Any, at: float, names: _Names) -> Entry:
    status = about.get("status") or 0  # an attempt that the fake was told to drop has none
    how = f"answered {status}" if status else about.get("error") or about["outcome"]
    return Entry(
        "webhook",
        "Gladly",
        "Gladly",
        f"{about['event_type']}: {how}",
        at,
        "POST",
        status=status,
        about=names.of_delivery(about.get("event_id", "")),
    )


def _webhook_by_hand(about: ByHand, at: float, names: _Names) -> Entry:
    how = f"answered {about.status}" if about.status else "no answer"
    body = names.in_text(about.body[:LONGEST].decode("utf-8", "replace"))
    what = f"{about.event_type}: {how}"
    return Entry("webhook", "Gladly", about.who, what, at, "POST", status=about.status, request=body)


def _call(system: str, who: str, about: Any, at: float, names: _Names) -> Iterator[Entry]:
    """Yield a call and, when Klaviyo has taken events by it, each of them."""
    sent = sorted(events_in(about["path"], about["body"])) if system == "Klaviyo" else []
    concerned = tuple(dict.fromkeys(address for address, _, _ in sent))
    path = names.in_text(about["path"])
    yield Entry(
        "call",
        system,
        who,
        f"{about['method']} {path}: {about['status']}",
        at,
        about["method"],
        path,
        about["status"],
        about["fault"],
        names.in_text(about["body"])[:LONGEST],
        about["answer"][:LONGEST_ANSWER],
        concerned,
    )
    if about["status"] < FIRST_ERROR and not about["fault"]:
        api = "the legacy API" if about["path"] in LEGACY else "the API"
        for address, metric, second in sent:
            when = moment(datetime.fromtimestamp(second, UTC))
            yield Entry(
                "event", system, who, f"{metric!r} for {address} at {when}, by {api}", at, about=(address,)
            )


def _shortened(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries with equal ones in a row as one, and at most so many."""
    found: list[Entry] = []
    for one in entries:
        if found and found[-1].is_like(one):
            found[-1] = replace(found[-1], times=found[-1].times + 1)
        else:
            found.append(one)
    if len(found) > MOST:
        more = Entry("action", "both", "", f"and {len(found) - MOST} more", found[-1].at)
        found[MOST:] = [more]
    return found


def lags(steps: Iterable[Iterable[Entry]]) -> list[float]:
    """Return the seconds from each event at Gladly to the event at Klaviyo that tells of it, by address and kind."""
    raised: dict[tuple[str, str], list[float]] = {}
    found = []
    for entry in (one for step in steps for one in step if one.kind == "event"):
        word = next((word for sign, word in _SIGNS.items() if sign in entry.what), "")
        for address in entry.about:
            if entry.system == "Gladly":
                raised.setdefault((address, word), []).append(entry.at)
            elif word and (waiting := raised.get((address, word))):
                found.append(round(entry.at - waiting.pop(0), 3))
    return found
