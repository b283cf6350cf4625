"""Gladly's public REST API, as far as going live needs it. Rules and limits: Gladly OpenAPI, Gladly help for reports."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import httpx

from harness.errors import SystemFailed
from harness.live.caller import Caller, understood
from harness.live.pace import Limit, Pace

REPORT = "ConversationTimestampsReport"


@dataclass(frozen=True)
class Organization:
    """The organization that a token belongs to."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class CustomerState:
    """What became of a customer: found with ``emails``, merged into another, or gone. ``updated`` is None unless found."""

    id: str
    emails: tuple[str, ...] = ()
    updated: datetime | None = None
    merged_into: str = ""
    is_gone: bool = False


@dataclass(frozen=True)
class ConversationState:
    """A conversation as it is now."""

    id: str
    customer: str
    status: str
    began: datetime
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that Gladly says happened to a conversation, with an event's ``type`` such as ``CONVERSATION/CREATED``."""

    id: str
    type: str
    at: datetime
    conversation: str
    customer: str


class GladlyApi:
    """One organization, as one API user."""

    def __init__(self, caller: Caller, pace: Callable[..., Pace] = Pace) -> None:
        """Call through ``caller``, whose client has the credentials; ``pace`` makes what limits are kept by."""
        self.caller = caller
        # 10 a second for the whole organization (Gladly OpenAPI); whether methods share them is not said.
        self._pace = pace(Limit(10, 1.0))
        self._reports = pace(Limit(10, 60.0), room=0.8)

    def organization(self) -> Organization:
        """Return whose token it is."""
        with understood("Gladly", "organization"):
            found = self._get("/api/v1/organization").json()
            return Organization(found["id"], found["name"], found.get("gladlyUrl", ""))

    def events(
        self, since: datetime, until: datetime | None = None, entities: Sequence[str] = ("CONVERSATION",)
    ) -> list[Any]:
        """Return the events of the last 24 hours as they are sent to webhooks, ascending by time."""
        query: list[tuple[str, str | int | float | bool | None]] = [("startAt", _text(since))]
        query += [("entities", one) for one in entities]
        query += [("endAt", _text(until))] if until else []
        answer = self._get("/api/v1/events", query)
        return [json.loads(line) for line in answer.text.splitlines() if line.strip()]

    @property
    def calls_per_second(self) -> float:
        """How many calls a second are made at the most, reports aside."""
        return self._pace.per_second

    def report(self, day: date, timezone: str = "UTC") -> Iterator[dict[str, str]]:
        """Yield what happened to conversations on a day there, a row a timestamp; needs the role Administrator."""
        day_text = day.isoformat()
        body = {"metricSet": REPORT, "timezone": timezone, "startAt": day_text, "endAt": day_text}
        with tempfile.TemporaryFile() as file:
            self.caller.send("POST", "/api/v1/reports", self._reports, json=body, into=file)
            file.seek(0)
            with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
                yield from csv.DictReader(text)

    def customer(self, customer: str) -> CustomerState:
        """Return what became of a customer; a merge is told and not followed."""
        answer = self._get(f"/api/v1/customer-profiles/{customer}", fine=(301, 404))
        if answer.status_code == httpx.codes.NOT_FOUND:
            return CustomerState(customer, is_gone=True)
        if answer.status_code == httpx.codes.MOVED_PERMANENTLY:
            return CustomerState(customer, merged_into=_moved_to(answer))
        found = answer.json()
        emails = tuple(one["original"] for one in found.get("emails") or ())
        return CustomerState(customer, emails, _moment(found.get("updatedAt")))

    def add_customer(self, customer: str, name: str, emails: Sequence[str], phone: str | None = None) -> None:
        """Make a customer with an id of the caller's: repeated after a lost answer it is the same customer."""
        body: dict[str, Any] = {"id": customer, "name": name, "emails": [{"original": one} for one in emails]}
        if phone:
            body["phones"] = [{"original": phone, "type": "MOBILE"}]
        answer = self.caller.send("POST", "/api/v1/customer-profiles", self._pace, json=body, fine=(409,))
        if answer.status_code == httpx.codes.CONFLICT and '"id"' not in answer.text:
            raise SystemFailed(f"Gladly has somebody with such an address already: {answer.text[:300]}")

    def delete_customer(self, customer: str) -> bool:
        """Delete a customer; False when there is none. Needs the role Compliance Admin, else ``NotAllowed``."""
        path = f"/api/v1/customer-profiles/{customer}"
        answer = self.caller.send("DELETE", path, self._pace, fine=(404,))
        return answer.is_success

    def conversation(self, conversation: str) -> ConversationState | None:
        """Return a conversation, None when there is none."""
        answer = self._get(f"/api/v1/conversations/{conversation}", fine=(404,))
        return _conversation(answer.json()) if answer.is_success else None

    def conversations_of(self, customer: str) -> list[ConversationState]:
        """Return a customer's conversations, the oldest first; none for nobody."""
        answer = self._get(f"/api/v1/customers/{customer}/conversations", fine=(301, 404))
        return [_conversation(one) for one in answer.json()] if answer.is_success else []

    def close(self, conversation: str) -> None:
        """Close a conversation, even if the customer waits."""
        self._set(conversation, {"value": "CLOSED", "force": True})

    def reopen(self, conversation: str) -> None:
        """Open a closed conversation again."""
        self._set(conversation, {"value": "OPEN"})

    def add_topic(self, conversation: str) -> bool:
        """Apply the first topic that may be used, as some organizations want before a closing; False without one."""
        for topic in self._get("/api/v1/topics").json():
            if not topic.get("disabled"):
                path = f"/api/v1/conversations/{conversation}/topics"
                self.caller.send("POST", path, self._pace, json={"topicIds": [topic["id"]]})
                return True
        return False

    def export_jobs(self) -> list[Any]:
        """Return the export jobs that are done, with the names of their files."""
        jobs: list[Any] = self._get("/api/v1/export/jobs", {"status": "COMPLETED"}).json()
        return jobs

    def export_file(self, job: str, name: str) -> Iterator[Any]:
        """Yield what an export's file holds, a value a line."""
        path = f"/api/v1/export/jobs/{job}/files/{name}"
        with tempfile.TemporaryFile() as file:
            self.caller.send("GET", path, self._pace, into=file)
            file.seek(0)
            for line in file:
                if line.strip():
                    yield json.loads(line)

    def _set(self, conversation: str, status: dict[str, Any]) -> None:
        path = f"/api/v1/conversations/{conversation}"
        answer = self.caller.send("PATCH", path, self._pace, json={"status": status}, fine=(400,))
        if answer.status_code != httpx.codes.BAD_REQUEST:
            return
        if "topics are required" in answer.text and self.add_topic(conversation):
            self.caller.send("PATCH", path, self._pace, json={"status": status})
            return
        raise SystemFailed(f"Gladly would not set a conversation to {status['value']}: {answer.text[:300]}")

    def _get(self, path: str, query: Any = None, *, fine: tuple[int, ...] = ()) -> httpx.Response:
        return self.caller.send("GET", path, self._pace, params=query, fine=fine)


def happenings(events: Sequence[Any]) -> Iterator[Happening]:
    """Yield what events of the entity CONVERSATION tell."""
    for one in events:
        content = one.get("content") or {}
        yield Happening(
            one["id"],
            one["type"],
            datetime.fromisoformat(one["timestamp"]),
            content.get("conversationId", ""),
            content.get("customerId", ""),
        )


def _conversation(found: Any) -> ConversationState:
    return ConversationState(
        found["id"],
        found["customerId"],
        found["status"],
        datetime.fromisoformat(found["createdAt"]),
        _moment(found.get("closedAt")),
    )


def _moved_to(answer: httpx.Response) -> str:
    for error in answer.json().get("errors") or ():
        if new := (error.get("meta") or {}).get("new"):
            return str(new)
    return str(answer.headers.get("Location", "")).rsplit("/", 1)[-1]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
