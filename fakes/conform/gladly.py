"""The script that drives every call of the Gladly fake, and has its webhooks sent."""

import base64
from dataclasses import dataclass
from typing import Any

import httpx

from fakes.conform import gladly_readings
from fakes.conform.exchanges import Driver
from fakes.conform.vendors import START
from fakes.core.tenants import Runtime
from fakes.gladly.app import application
from fakes.gladly.rules.events.types import RAISED, RAISED_OF_EXPORTS
from fakes.gladly.service.fake import GladlyFake

API = "/api/v1"
WEBHOOK = "POST /gladly/webhook"
_HOOK = "https://hooks.example/gladly"
_LATER, _LATEST = "2026-11-24T10:00:00.000Z", "2026-11-25T10:00:00.000Z"
_CUSTOMER = f"{API}/customer-profiles/{{customer_id}}"
_CUSTOMERS = f"{API}/customers/{{customer_id}}"
_CONVERSATION = f"{API}/conversations/{{conversation_id}}"
_ITEM = f"{API}/conversation-items/{{item_id}}"
_TASK = f"{API}/tasks/{{task_id}}"
_HISTORY = f"{API}/customer-history/{{customer_id}}/conversations/{{conversation_id}}/custom-attributes"
Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """The driver, the organization's place in the control plane, and who acts in it."""

    drive: Driver
    here: str
    agent_id: str
    inbox_id: str
    customer_id: str

    def begin(self, customer_id: str) -> str:
        """Let a customer begin a conversation and return its id."""
        said = {"customer_id": customer_id, "opened_by": "customer", "channel": "EMAIL"}
        return str(self.drive.control("POST", f"{self.here}/conversations", said)["id"])

    def say(self, conversation_id: str, by: str = "customer") -> str:
        """Let somebody write a message and return its item's id."""
        path = f"{self.here}/conversations/{conversation_id}/messages"
        return str(self.drive.control("POST", path, {"from": by, "channel": "EMAIL"})["item_id"])


def driven() -> Driver:
    """Return a driver that has driven everything."""
    heard: list[Driver] = []
    transport = httpx.MockTransport(lambda request: heard[0].receive(WEBHOOK, request))
    fake = GladlyFake(Runtime.in_process(START), transport=transport)
    drive = Driver(application(fake), "https://conformance.gladly.com", fake.control_token, calls=[WEBHOOK])
    heard.append(drive)
    organization = drive.control("POST", "organizations", {"name": "Conformance"})
    here = f"organizations/{organization['organization_id']}"
    drive.control("PATCH", here, {"rate_limits": False})
    drive.credentials = _credentials(**organization["api_user"])
    _webhooks(drive)
    _directory(drive)
    place = _place(drive, here)
    _customers(place)
    _conversations(place)
    _labels(place)
    _items(place)
    _tasks(place)
    _lifecycle(place)
    _merging(place)
    compliance = _credentials(**organization["compliance_user"])
    _deleting(place, compliance)
    _stream(drive)
    gladly_readings.reports(drive, compliance, place.inbox_id)
    gladly_readings.exports(drive, here)
    _refusals(place)
    fake.close()
    return drive


def _credentials(email: str, token: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{email}:{token}'.encode()).decode()}"}


def _made(response: httpx.Response) -> str:
    """Return the id at the end of an answer's ``Location``."""
    return str(response.headers.get("Location", "")).rpartition("/")[2]


def _webhooks(drive: Driver) -> None:
    path, one = f"{API}/webhooks", f"{API}/webhooks/{{webhook_id}}"
    everything = {
        "name": "Conformance",
        "url": _HOOK,
        "events": [*RAISED, *RAISED_OF_EXPORTS],
        "credentials": {"username": "hook", "password": "hook-pass"},
        "headers": {"X-Connector-Key": "k"},
        "enabled": True,
    }
    drive(f"POST {path}", "all events, enabled", 201, everything)
    drive(f"POST {path}", "an address that is taken", 400, everything)
    drive(f"POST {path}", "no address", 400, {"events": ["CONVERSATION/CREATED"]})
    least = {"url": f"{_HOOK}/2", "events": ["CONVERSATION/CREATED"]}
    webhook_id = _made(drive(f"POST {path}", "the least", 201, least))
    drive(f"GET {path}", "all", 200)
    drive(f"GET {one}", "one", 200, webhook_id=webhook_id)
    drive(f"PATCH {one}", "enabling", 204, {"enabled": True}, webhook_id=webhook_id)
    drive(f"PATCH {one}", "an unknown event", 400, {"events": ["NO/SUCH"]}, webhook_id=webhook_id)
    drive(f"DELETE {one}", "while enabled", 400, webhook_id=webhook_id)
    drive(f"PATCH {one}", "disabling", 204, {"enabled": False}, webhook_id=webhook_id)
    drive(f"DELETE {one}", "disabled", 204, webhook_id=webhook_id)
    drive(f"GET {one}", "it is gone", 404, webhook_id=webhook_id)
    drive(f"PATCH {one}", "it is gone", 404, {"enabled": True}, webhook_id=webhook_id)
    drive(f"DELETE {one}", "it is gone", 404, webhook_id=webhook_id)


def _directory(drive: Driver) -> None:
    drive(f"GET {API}/organization", "the credentials' own", 200)
    drive(f"GET {API}/audiences", "all", 200)
    for name in ("agent", "inbox", "team"):
        every = f"{API}/{name}{'es' if name == 'inbox' else 's'}"
        first = drive(f"GET {every}", "all", 200).json()[0]
        one = f"GET {every}/{{{name}_id}}"
        drive(one, "one", 200, **{f"{name}_id": first["id"]})
        drive(one, "nobody's", 404, **{f"{name}_id": "nobody"})
    topics, topic = f"{API}/topics", f"{API}/topics/{{topic_id}}"
    parent = drive(f"GET {topics}", "all", 200).json()[0]["id"]
    new = {"id": "conformance", "name": "Conformance", "parentId": parent}
    topic_id = _made(drive(f"POST {topics}", "with an id of one's own", 201, new))
    drive(f"POST {topics}", "an id that is taken", 409, new | {"name": "Other"})
    drive(f"POST {topics}", "a name that is taken", 409, {"name": "Conformance"})
    drive(f"POST {topics}", "no name", 400, {"name": ""})
    drive(f"GET {topic}", "one", 200, topic_id=topic_id)
    drive(f"GET {topic}", "nobody's", 404, topic_id="nobody")
    drive(f"PATCH {topic}", "a name", 204, {"name": "Renamed"}, topic_id=topic_id)
    drive(f"PATCH {topic}", "no name", 400, {"name": ""}, topic_id=topic_id)
    drive(f"PATCH {topic}", "a name that is taken", 409, {"name": "Orders"}, topic_id=topic_id)
    drive(f"PATCH {topic}", "nobody's", 404, {"name": "x"}, topic_id="nobody")


def _place(drive: Driver, here: str) -> Place:
    person = {
        "name": "Dana Brook",
        "address": "12 Quay St, Oakland, CA",
        "emails": [{"original": "Dana.Brook@shop.example", "primary": True}],
        "phones": [{"original": "650 555 0142", "regionCode": "US", "type": "MOBILE"}],
        "customAttributes": {"tier": "gold"},
    }
    customer_id = _made(drive(f"POST {API}/customer-profiles", "with everything", 201, person))
    agent_id = drive(f"GET {API}/agents", "all", 200).json()[0]["id"]
    inbox_id = drive(f"GET {API}/inboxes", "all", 200).json()[0]["id"]
    return Place(drive, here, agent_id, inbox_id, customer_id)


def _customers(place: Place) -> None:
    drive, every = place.drive, f"{API}/customer-profiles"
    taken = {"emails": [{"original": "dana.brook@shop.example"}]}
    drive(f"POST {every}", "an address that is taken", 409, taken)
    drive(f"POST {every}", "a wrong address", 400, {"emails": [{"original": "nonsense"}]})
    drive(f"GET {every}", "by address", 200, query={"email": "dana.brook@shop.example"})
    drive(f"GET {every}", "by number", 200, query={"phoneNumber": "+16505550142"})
    drive(f"GET {every}", "nobody", 200, query={"email": "nobody@shop.example"})
    drive(f"GET {every}", "by nothing", 400)
    drive(f"GET {_CUSTOMER}", "one", 200, customer_id=place.customer_id)
    drive(f"GET {_CUSTOMER}", "nobody", 404, customer_id="nobody")
    drive(f"PATCH {_CUSTOMER}", "a name", 204, {"name": "Dana B."}, customer_id=place.customer_id)
    wrong = {"emails": [{"original": "nonsense"}]}
    drive(f"PATCH {_CUSTOMER}", "a wrong address", 400, wrong, customer_id=place.customer_id)
    drive(f"PATCH {_CUSTOMER}", "nobody", 404, {"name": "x"}, customer_id="nobody")


def _conversations(place: Place) -> None:
    drive = place.drive
    known = {"conversation_id": place.begin(place.customer_id)}
    drive(f"GET {_CONVERSATION}", "open", 200, **known)
    assignee = {"inboxId": place.inbox_id, "agentId": place.agent_id}
    drive(f"PATCH {_CONVERSATION}", "an assignee", 204, {"assignee": assignee}, **known)
    drive(f"PATCH {_CONVERSATION}", "blanks", 400, {"assignee": {}, "status": {}}, **known)
    closed = {"status": {"value": "CLOSED", "force": True}}
    drive(f"PATCH {_CONVERSATION}", "closing", 204, closed, **known)
    drive(f"GET {_CONVERSATION}", "closed", 200, **known)
    drive(f"PATCH {_CONVERSATION}", "reassigning a closed one", 400, {"assignee": assignee}, **known)
    drive(f"PATCH {_CONVERSATION}", "opening", 204, {"status": {"value": "OPEN"}}, **known)
    drive(f"GET {_CONVERSATION}/items", "the timeline", 200, **known)
    drive(f"GET {_CUSTOMERS}/conversations", "all", 200, customer_id=place.customer_id)
    drive(f"GET {_CUSTOMERS}/conversations", "nobody's", 404, customer_id="nobody")
    for route, *body in (("GET",), ("PATCH", closed)):
        drive(f"{route} {_CONVERSATION}", "nobody's", 404, *body, conversation_id="nobody")
    drive(f"GET {_CONVERSATION}/items", "nobody's", 404, conversation_id="nobody")


def _labels(place: Place) -> None:
    drive, nobody = place.drive, {"conversation_id": "nobody"}
    (conversation,) = drive(
        f"GET {_CUSTOMERS}/conversations", "all", 200, customer_id=place.customer_id
    ).json()
    known = {"conversation_id": conversation["id"]}
    topics, topic = f"{_CONVERSATION}/topics", f"{_CONVERSATION}/topics/{{topic_id}}"
    drive(f"POST {topics}", "one", 204, {"topicIds": ["conformance"]}, **known)
    drive(f"POST {topics}", "an unknown one", 400, {"topicIds": ["nobody"]}, **known)
    drive(f"POST {topics}", "nobody's", 404, {"topicIds": ["conformance"]}, **nobody)
    drive(f"DELETE {topic}", "one", 204, topic_id="conformance", **known)
    drive(f"DELETE {topic}", "nobody's", 404, topic_id="conformance", **nobody)
    drive(f"POST {topics}", "again", 204, {"topicIds": ["conformance"]}, **known)
    notes, note = f"{_CONVERSATION}/notes", f"{_CONVERSATION}/notes/{{note_id}}"
    note_id = _made(drive(f"POST {notes}", "one", 201, {"content": {"body": "Called back."}}, **known))
    drive(f"POST {notes}", "an empty one", 400, {"content": {"body": ""}}, **known)
    drive(f"POST {notes}", "nobody's", 404, {"content": {"body": "x"}}, **nobody)
    drive(f"GET {note}", "one", 200, note_id=note_id, **known)
    drive(f"GET {note}", "nobody's", 404, note_id="nobody", **known)
    pair, of = {"key": "ORDER_ID", "value": "A1"}, {"customer_id": place.customer_id}
    drive(f"POST {_HISTORY}", "adding", 204, {"add": [pair]}, **known, **of)
    shown = drive(f"GET {_CONVERSATION}", "labelled", 200, **known).json()
    attribute = f"GET {API}/custom-attributes/{{attribute_id}}"
    drive(attribute, "one", 200, attribute_id=shown["customAttributes"][0]["id"])
    drive(attribute, "nobody's", 404, attribute_id="nobody")
    drive(f"POST {_HISTORY}", "removing", 204, {"remove": [pair]}, **known, **of)
    drive(f"POST {_HISTORY}", "an unknown key", 400, {"add": [pair | {"key": "NO"}]}, **known, **of)
    drive(f"POST {_HISTORY}", "nobody's", 404, {"add": [pair]}, **nobody, **of)


def _activity(title: str = "Order placed", **more: Any) -> Json:
    content = {"type": "CUSTOMER_ACTIVITY", "activityType": "EMAIL", "title": title, "body": "A1"}
    link = {"url": "https://shop.example/a1", "text": "Order"}
    return {"content": content | {"sourceName": "Shop", "link": link}} | more


def _items(place: Place) -> None:
    drive, every, of = place.drive, f"{_CUSTOMERS}/conversation-items", f"{API}/conversation-items"
    known = {"customer_id": place.customer_id}
    whom: Json = {"customer": {"emailAddress": "ellis@shop.example"}}
    made = drive(f"POST {of}", "a customer nobody knows", 200, _activity(id="item-1", **whom)).json()
    drive(f"POST {of}", "an id that is taken", 409, _activity(id="item-1", **whom))
    drive(f"POST {of}", "too long a title", 400, _activity("x" * 101, **whom))
    other = drive(f"POST {every}", "a known customer", 200, _activity(id="item-2"), **known).json()
    drive(f"POST {every}", "an id that is taken", 409, _activity(id="item-2"), **known)
    drive(f"POST {every}", "too long a title", 400, _activity("x" * 101), **known)
    drive(f"POST {every}", "nobody", 404, _activity(), customer_id="nobody")
    drive(f"GET {_ITEM}", "an activity", 200, item_id=made["id"])
    drive(f"DELETE {_ITEM}", "an activity", 204, item_id=made["id"])
    drive(f"DELETE {every}/{{item_id}}", "an activity", 204, item_id=other["id"], **known)
    drive(f"DELETE {every}/{{item_id}}", "it is gone", 404, item_id=other["id"], **known)
    (conversation,) = drive(f"GET {_CUSTOMERS}/conversations", "all", 200, **known).json()
    message_id = place.say(conversation["id"])
    reply = {"content": {"type": "EMAIL", "body": "<p>Hello</p>", "bodyPlain": "Hello"}}
    reply_id = _made(drive(f"POST {_ITEM}/reply", "to a customer", 201, reply, item_id=message_id))
    drive(f"POST {_ITEM}/reply", "to an agent", 400, reply, item_id=reply_id)
    drive(f"GET {_ITEM}", "a message", 200, item_id=message_id)
    drive(f"POST {_ITEM}/redact", "a message", 201, item_id=message_id)
    timeline = drive(f"GET {_CONVERSATION}/items", "all kinds", 200, conversation_id=conversation["id"])
    for item in timeline.json():
        drive(f"GET {_ITEM}", item["content"]["type"], 200, item_id=item["id"])
    for route, *body in (("GET", ""), ("DELETE", ""), ("POST", "/reply", reply), ("POST", "/redact")):
        drive(f"{route} {_ITEM}{body[0]}", "nobody's", 404, *body[1:], item_id="nobody")


def _tasks(place: Place) -> None:
    drive, known, nobody = place.drive, {"customer_id": place.customer_id}, {"task_id": "nobody"}
    task = {"id": "task-1", "assignee": {"inboxId": place.inbox_id}, "body": "Call back", "dueAt": _LATER}
    whom = {"customer": {"emailAddress": "frankie@shop.example"}}
    drive(f"POST {API}/tasks", "a customer nobody knows", 201, task | whom | {"id": "task-2"})
    drive(f"POST {API}/tasks", "no text", 400, task | whom | {"id": "task-3", "body": ""})
    every = f"{_CUSTOMERS}/tasks"
    one = {"task_id": _made(drive(f"POST {every}", "a known customer", 201, task, **known))}
    drive(f"POST {every}", "an id that is taken", 409, task, **known)
    drive(f"POST {every}", "due in the past", 400, task | {"dueAt": "2020-01-01T00:00:00.000Z"}, **known)
    drive(f"POST {every}", "nobody", 404, task, customer_id="nobody")
    drive(f"GET {every}", "the open ones", 200, query={"status": "OPEN"}, **known)
    drive(f"GET {every}", "a status nobody has", 400, query={"status": "WAITING"}, **known)
    drive(f"GET {every}", "nobody's", 404, customer_id="nobody")
    drive(f"GET {_TASK}", "one", 200, **one)
    drive(f"GET {_ITEM}", "a kind that is not shown", 400, item_id=one["task_id"])
    assignee = {"inboxId": place.inbox_id, "agentId": place.agent_id}
    change = {"assignee": assignee, "body": "Call again", "dueAt": _LATEST}
    drive(f"PATCH {_TASK}", "assignee, text and date", 204, change, **one)
    drive(f"PATCH {_TASK}", "no text", 400, {"body": ""}, **one)
    comment = {"id": "comment-1", "agentId": place.agent_id, "message": "Done", "comment": "Done"}
    comment_id = _made(drive(f"POST {_TASK}/comments", "one", 201, comment, **one))
    drive(f"GET {_TASK}/comments", "all", 200, **one)
    drive(f"GET {_TASK}/comments/{{comment_id}}", "one", 200, comment_id=comment_id, **one)
    drive(f"GET {_TASK}/comments/{{comment_id}}", "nobody's", 404, comment_id="nobody", **one)
    drive(f"PATCH {_TASK}", "closing", 204, {"status": "CLOSED"}, **one)
    drive(f"GET {_TASK}", "closed", 200, **one)
    drive(f"POST {_TASK}/comments", "on a closed one", 400, comment | {"id": "comment-2"}, **one)
    drive(f"PATCH {_TASK}", "opening", 204, {"status": "OPEN"}, **one)
    drive(f"GET {_TASK}", "nobody's", 404, **nobody)
    drive(f"PATCH {_TASK}", "nobody's", 404, {"status": "CLOSED"}, **nobody)
    drive(f"POST {_TASK}/comments", "nobody's", 404, comment, **nobody)
    drive(f"GET {_TASK}/comments", "nobody's", 404, **nobody)


def _lifecycle(place: Place) -> None:
    """Let conversations live as channels and agents make them, so that every kind of event is sent."""
    drive = place.drive
    ways = {"emails": [{"original": "quinn@shop.example"}], "phones": [{"original": "+16505550199"}]}
    made = drive(f"POST {API}/customer-profiles", "to be talked to", 201, ways)
    conversation_id = place.begin(_made(made))
    conversation = f"{place.here}/conversations/{conversation_id}"
    drive.control("POST", f"{conversation}/route", {"agent_id": place.agent_id})
    place.say(conversation_id)
    place.say(conversation_id, "agent")
    drive.control("POST", f"{conversation}/close", {"by": "rule"})
    place.say(conversation_id)
    for channel in ("CHAT", "SMS", "FB_MESSENGER", "INSTAGRAM_DIRECT", "WHATSAPP", "VOICEMAIL"):
        said = {"from": "customer", "channel": channel}
        drive.control("POST", f"{conversation}/messages", said)
    timeline = drive(f"GET {_CONVERSATION}/items", "all channels", 200, conversation_id=conversation_id)
    for item in timeline.json():
        drive(f"GET {_ITEM}", item["content"]["type"], 200, item_id=item["id"])
    spoken = next(item["id"] for item in timeline.json() if item["content"]["type"] == "VOICEMAIL")
    for tail in ("media/recording", "voice-transcript"):
        drive(f"GET {_ITEM}/{tail}", "of a voicemail", 200, item_id=spoken)
        drive(f"GET {_ITEM}/{tail}", "of nothing", 404, item_id="nobody")


def _merging(place: Place) -> None:
    drive = place.drive
    two = [{"emails": [{"original": f"{name}@shop.example"}]} for name in ("harper", "jules")]
    source, into = (_made(drive(f"POST {API}/customer-profiles", "to be merged", 201, one)) for one in two)
    drive.control("POST", f"{place.here}/customers/{source}/merge", {"into": into})
    drive(f"GET {_CUSTOMER}", "merged into another", 301, customer_id=source)
    drive(f"PATCH {_CUSTOMER}", "merged into another", 404, {"name": "x"}, customer_id=source)
    drive(f"POST {_CUSTOMERS}/conversation-items", "merged", 301, _activity(), customer_id=source)


def _deleting(place: Place, compliance: dict[str, str]) -> None:
    drive = place.drive
    made = drive(f"POST {API}/customer-profiles", "to be deleted", 201, {"name": "Morgan Moss"})
    with drive.speaking_as(compliance):
        drive(f"DELETE {_CUSTOMER}", "one", 204, customer_id=_made(made))
        drive(f"DELETE {_CUSTOMER}", "nobody", 404, customer_id="nobody")
        drive(f"DELETE {_CUSTOMER}", "in a conversation", 400, customer_id=place.customer_id)
    drive(f"DELETE {_CUSTOMER}", "by who may not", 403, customer_id=place.customer_id)


def _stream(drive: Driver) -> None:
    today: Json = {
        "startAt": "2026-11-23T09:00:00Z",
        "entities": ["CONVERSATION", "CONTACT", "CUSTOMER", "TASK"],
    }
    drive(f"GET {API}/events", "a day", 200, query=today)
    drive(f"GET {API}/events", "up to now", 200, query=today | {"endAt": "2026-11-23T10:30:00Z"})
    drive(f"GET {API}/events", "backwards", 400, query=today | {"endAt": "2026-11-23T08:00:00Z"})


def _refusals(place: Place) -> None:
    """Ask every call as nobody, and once too often."""
    drive = place.drive
    with drive.speaking_as({}):
        for route in drive.routes():
            drive.with_placeholders(route, "without credentials", 401)
    fault = {"route": f"GET {API}/agents", "kind": "throttle", "times": 1}
    drive.control("POST", f"{place.here}/faults", fault)
    drive(f"GET {API}/agents", "an armed throttle", 429)
