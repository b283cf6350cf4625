"""The ledger: what Gladly says happened against what Klaviyo has; each once, by its own time, for each address.

What belongs to what is decided by ``harness.live.reconcile.match``, as in ``live reconcile``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import httpx

from harness.actors.api.klaviyo import KlaviyoReader
from harness.actors.api.sent import LEGACY, events_in
from harness.actors.api.tenant import Tenant
from harness.actors.api.traffic import TAKEN
from harness.errors import SystemFailed
from harness.live.reconcile.match import Expected, Reach, Seen, match_all
from harness.wording import moment

METRICS = {
    "CONVERSATION/CREATED": "started conversation in Gladly",
    "CONVERSATION/CLOSED": "closed conversation in Gladly",
}
MARK = "In Gladly Conversation"
REACH = Reach(tolerance=1.0)
"""Klaviyo keeps whole seconds, Gladly tells thousandths."""

Subject = tuple[str, str]
"""An address and a metric."""


@dataclass(frozen=True)
class Happening:
    """A conversation that Gladly says was created or closed, with a customer, at a time in Unix seconds."""

    event_id: str
    metric: str
    customer: str
    at: float


class Ledger:
    """What is owed to one account at Klaviyo for one organization at Gladly, and what has come of it.

    A customer's addresses are asked for once: it is no ledger for customers who change.
    """

    def __init__(self, klaviyo: Tenant, gladly: Tenant) -> None:
        """Read both."""
        self._klaviyo, self._gladly = klaviyo, gladly
        self._reader = KlaviyoReader(klaviyo)
        self._known: dict[str, list[str]] = {}

    def happenings(self) -> list[Happening]:
        """Return what the app was to be told of, in the order in which Gladly raised it."""
        return [
            Happening(
                about["event_id"],
                METRICS[about["event_type"]],
                about["content"]["customerId"],
                datetime.fromisoformat(about["timestamp"]).timestamp(),
            )
            for entry in self._gladly.journal("?kind=event")
            if (about := entry["details"])["event_type"] in METRICS and about["listeners"]
        ]

    def said(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a type as Gladly's Events API tells them, of the last twenty-three hours."""
        since = datetime.fromisoformat(self._gladly.clock()) - timedelta(hours=23)
        asked = {"startAt": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "entities": "CONVERSATION"}
        api_user = self._gladly.about["api_user"]
        auth = httpx.BasicAuth(api_user["email"], api_user["token"])
        response = self._gladly.client.get("/api/v1/events", params=asked, auth=auth)
        if not response.is_success:
            raise SystemFailed(f"Gladly answered {response.status_code} when asked for its events")
        events = [json.loads(line) for line in response.text.splitlines() if line]
        return [event for event in events if event["type"] == kind]

    def first_said(self) -> list[bytes]:
        """Return the first conversation's beginning, as Gladly says it again."""
        return [json.dumps(event).encode() for event in self.said("CONVERSATION/CREATED")[:1]]

    def open_items(self) -> list[str]:
        """Return, a line each, what is missing in Klaviyo, came more than once, or never happened; empty when all is well."""
        owed = sorted(self._owed(), key=itemgetter(0))
        came = sorted(self._came(), key=itemgetter(0))
        return [
            line
            for subject, matched in match_all(owed, came, REACH)
            for line in _lines(subject, matched.verdicts, matched.unexplained)
        ]

    def wrong_marks(self) -> list[str]:
        """Return, a line each, which addresses have a mark that contradicts the newest of their starts and closings."""
        newest: dict[str, tuple[float, bool]] = {}
        for (address, metric), expected in self._owed():
            if expected.at >= newest.get(address, (0.0, False))[0]:
                newest[address] = (expected.at, metric == METRICS["CONVERSATION/CREATED"])
        return [
            f"{address} is marked {mark!r}, and what happened last says {in_conversation!r}"
            for address, (_, in_conversation) in sorted(newest.items())
            if (mark := self._mark(address)) is not in_conversation
        ]

    def taken_by_both(self) -> list[str]:
        """Return which events were taken by the legacy API and by the new one, by address, metric and second."""
        taken: dict[bool, set[tuple[str, str, int]]] = {True: set(), False: set()}
        for entry in self._klaviyo.journal("?kind=request"):
            about = entry["details"]
            if about["status"] in TAKEN and about["method"] == "POST":
                taken[about["path"] in LEGACY].update(events_in(about["path"], about["body"]))
        return [f"{metric!r} for {address}" for address, metric, _ in sorted(taken[True] & taken[False])]

    def addresses(self, customer: str) -> list[str]:
        """Return the addresses that Gladly had of the customer when it was first asked, each once."""
        if customer not in self._known:
            self._known[customer] = self._addresses(customer)
        return self._known[customer]

    def _came(self) -> Iterator[tuple[Subject, Seen]]:
        for metric in METRICS.values():
            for number, row in enumerate(self._reader.feed(metric, None)):
                yield (row.profile.lower(), metric), Seen(str(number), row.at.timestamp())

    def _owed(self) -> Iterator[tuple[Subject, Expected]]:
        for one in self.happenings():
            for address in self.addresses(one.customer):
                yield (address, one.metric), Expected(one.event_id, one.at)

    def _addresses(self, customer: str) -> list[str]:
        """Return the addresses that Gladly has of the customer now, each once; none of a deleted one."""
        api_user = self._gladly.about["api_user"]
        response = self._gladly.client.get(
            f"/api/v1/customer-profiles/{customer}",
            auth=httpx.BasicAuth(api_user["email"], api_user["token"]),
            follow_redirects=True,
        )
        if response.status_code == httpx.codes.NOT_FOUND:
            return []
        if not response.is_success:
            raise SystemFailed(f"Gladly answered {response.status_code} when asked for a customer")
        return sorted({one["original"].strip().lower() for one in response.json().get("emails", [])})

    def _mark(self, address: str) -> Any:
        return ((self._reader.profile(address) or {}).get("properties") or {}).get(MARK)


def _lines(subject: Subject, verdicts: Any, unexplained: list[Seen]) -> Iterator[str]:
    address, metric = subject
    for verdict in verdicts:
        if verdict.kind == "missing":
            yield f"missing: {metric!r} for {address} at {_clock(verdict.expected.at)}"
        elif verdict.kind == "doubled":
            yield f"more than once: {metric!r} for {address} at {_clock(verdict.expected.at)}"
        elif verdict.kind == "late":
            yield (
                f"at the wrong time: {metric!r} for {address} has {_clock(verdict.seen.at)}"
                f" and should have {_clock(verdict.expected.at)}"
            )
    for seen in unexplained:
        yield f"never happened: {metric!r} for {address} at {_clock(seen.at)}"


def _clock(at: float) -> str:
    return moment(datetime.fromtimestamp(at, UTC))
