"""Deliveries: credentials, what counts as accepted, retries, deactivation, faults, what is written down."""

import base64
import json
from typing import Any

import httpx
import pytest

from fakes.core.faults import Fault
from fakes.core.tenants import Runtime
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK, Begin, Receiver
from tests.gladly.test_conversations import CLOSE, FORCE, OPEN, at

WEBHOOKS = "/api/v1/webhooks"


def subscribe(api: httpx.Client, receiver: Receiver, *events: str, **more: Any) -> str:
    """Add an enabled webhook to ``events`` and return its path; the PING is forgotten."""
    body = {"url": HOOK, "events": events or ["CONVERSATION/CREATED"], "enabled": True} | more
    made = api.post(WEBHOOKS, json=body)
    assert made.status_code == 201, made.text
    receiver.forget()
    return made.headers["Location"]


def test_delivery_is_json_with_basic_credentials_and_custom_headers(
    api: httpx.Client, receiver: Receiver, begin: Begin
) -> None:
    """A delivery is one JSON object, posted with the webhook's credentials and headers."""
    basic = {"username": "hook-user", "password": "hook-pass-5150"}
    subscribe(api, receiver, credentials=basic, headers={"X-Connector-Key": "sesame-77"})
    begin()
    (request,) = receiver.requests

    assert (request.method, str(request.url)) == ("POST", HOOK)
    assert request.headers["Content-Type"] == "application/json"
    assert (
        request.headers["Authorization"] == "Basic " + base64.b64encode(b"hook-user:hook-pass-5150").decode()
    )
    assert request.headers["X-Connector-Key"] == "sesame-77"
    assert isinstance(json.loads(request.content), dict)


def test_without_credentials_none_are_sent(api: httpx.Client, receiver: Receiver, begin: Begin) -> None:
    """A webhook without credentials sends no Authorization."""
    subscribe(api, receiver)
    begin()

    assert "Authorization" not in receiver.requests[0].headers


def test_receiver_waits_fifteen_seconds_at_most(api: httpx.Client, receiver: Receiver, begin: Begin) -> None:
    """An answer is waited for 15 seconds."""
    subscribe(api, receiver)
    begin()

    assert receiver.requests[0].extensions["timeout"]["read"] == 15


def test_only_subscribed_events_are_sent(api: httpx.Client, receiver: Receiver, begin: Begin) -> None:
    """A webhook hears what it subscribed to and nothing else."""
    subscribe(api, receiver, "CONVERSATION/CREATED", "CONVERSATION/CLOSED")
    api.patch(at(begin()), json=FORCE)

    assert receiver.types == ["CONVERSATION/CREATED", "CONVERSATION/CLOSED"]


def test_state_is_in_place_when_the_event_arrives(
    api: httpx.Client, receiver: Receiver, begin: Begin
) -> None:
    """A receiver that calls back sees the conversation as the event left it."""
    seen = []

    def call_back(event: dict[str, Any]) -> None:
        content = event["content"]
        read = api.get(f"/api/v1/conversations/{content['conversationId']}").json()
        seen.append((event["type"], read["status"]))

    subscribe(api, receiver, "CONVERSATION/CREATED", "CONVERSATION/CLOSED")
    receiver.then = call_back
    api.patch(at(begin()), json=FORCE)

    assert seen == [("CONVERSATION/CREATED", "OPEN"), ("CONVERSATION/CLOSED", "CLOSED")]


@pytest.mark.parametrize(("status", "tries"), [(200, 1), (204, 1), (299, 1), (302, 2), (406, 2), (500, 2)])
def test_any_2xx_accepts_and_nothing_else_does(
    *, api: httpx.Client, receiver: Receiver, begin: Begin, runtime: Runtime, status: int, tries: int
) -> None:
    """Any 2xx accepts an event; anything else, a redirect among it, is tried again after 30 seconds."""
    subscribe(api, receiver)
    receiver.status = status
    begin()
    runtime.clock.advance(30)

    assert len(receiver.requests) == tries


def test_no_answer_is_tried_again(
    api: httpx.Client, receiver: Receiver, begin: Begin, runtime: Runtime
) -> None:
    """A receiver that cannot be reached gets the same event again."""
    subscribe(api, receiver)
    receiver.fails_with = httpx.ConnectError("refused")
    begin()
    receiver.fails_with = None
    runtime.clock.advance(30)
    first, second = receiver.events

    assert first == second


def test_retries_come_at_the_stated_offsets(
    api: httpx.Client, receiver: Receiver, begin: Begin, runtime: Runtime
) -> None:
    """Retries come 30 s, 5 min, 30 min and 1 h after the first try, and there is no fifth."""
    times: list[float] = []
    start = runtime.clock.now()
    subscribe(api, receiver)
    receiver.status = 503
    receiver.then = lambda _: times.append((runtime.clock.now() - start).total_seconds())
    begin()
    runtime.clock.advance(24 * 3600)

    assert times == [0, 30, 300, 1800, 3600]


def test_a_retry_that_is_accepted_is_the_last(
    api: httpx.Client, receiver: Receiver, begin: Begin, runtime: Runtime
) -> None:
    """After an accepted retry nothing more is sent and the webhook stays on."""
    path = subscribe(api, receiver)
    receiver.status = 500
    begin()
    receiver.status = 200
    runtime.clock.advance(7200)

    assert len(receiver.requests) == 2
    assert api.get(path).json()["enabled"] is True


def test_last_failure_switches_the_webhook_off_and_tells_the_api_users(
    *, api: httpx.Client, receiver: Receiver, begin: Begin, runtime: Runtime, control: httpx.Client, here: str
) -> None:
    """After the fourth failed retry the webhook is off, marked with the time, and the API users are told."""
    path = subscribe(api, receiver, name="Orders hook")
    receiver.status = 500
    begin()
    runtime.clock.advance(3599)
    before = api.get(path).json()
    runtime.clock.advance(1)
    after = api.get(path).json()
    (notice,) = control.get(f"{here}/notices").json()

    assert (before["enabled"], "disabledAtDueToRetryLimit" in before) == (True, False)
    assert (after["enabled"], after["disabledAtDueToRetryLimit"]) == (False, "2026-03-02T18:22:40.105Z")
    assert "Orders hook" in notice["text"]
    assert [each.partition("@")[0] for each in notice["to"]] == ["api-user", "compliance-administrator"]


def test_events_raised_while_off_are_lost(api: httpx.Client, receiver: Receiver, begin: Begin) -> None:
    """What happens while a webhook is off is not sent when it is on again."""
    path = subscribe(api, receiver, "CONVERSATION/CREATED", "CONVERSATION/CLOSED")
    api.patch(path, json={"enabled": False})
    conversation = begin()
    api.patch(path, json={"enabled": True})
    api.patch(at(conversation), json=FORCE)

    assert receiver.types == ["PING", "CONVERSATION/CLOSED"]


def test_retry_that_falls_due_while_off_is_lost(
    api: httpx.Client, receiver: Receiver, begin: Begin, runtime: Runtime
) -> None:
    """A retry that falls due while the webhook is off is not made, then or later."""
    path = subscribe(api, receiver)
    receiver.status = 500
    begin()
    api.patch(path, json={"enabled": False})
    runtime.clock.advance(7200)

    assert len(receiver.requests) == 1


def test_retry_schedule_can_be_changed(
    *, api: httpx.Client, receiver: Receiver, begin: Begin, runtime: Runtime, control: httpx.Client, here: str
) -> None:
    """The retry schedule is a switch of the organization."""
    control.patch(here, json={"retry_offsets": [1]})
    path = subscribe(api, receiver)
    receiver.status = 500
    begin()
    runtime.clock.advance(1)

    assert (len(receiver.requests), api.get(path).json()["enabled"]) == (2, False)


def test_duplicate_is_the_same_event_twice(
    api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization
) -> None:
    """An armed duplicate delivers one event twice, and the next one once."""
    subscribe(api, receiver, "CONVERSATION/CREATED", "CONVERSATION/CLOSED")
    organization.faults.arm(Fault("CONVERSATION/*", "duplicate"))
    api.patch(at(begin()), json=FORCE)

    assert receiver.types == ["CONVERSATION/CREATED"] * 2 + ["CONVERSATION/CLOSED"]
    assert receiver.events[0] == receiver.events[1]


def test_drop_is_never_sent(
    api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization, runtime: Runtime
) -> None:
    """An armed drop loses the event for good."""
    subscribe(api, receiver, "CONVERSATION/CREATED", "CONVERSATION/CLOSED")
    organization.faults.arm(Fault("CONVERSATION/CREATED", "drop"))
    api.patch(at(begin()), json=FORCE)
    runtime.clock.advance(7200)

    assert receiver.types == ["CONVERSATION/CLOSED"]


@pytest.mark.usefixtures("app_on")
def test_reorder_lets_the_next_event_of_its_kind_go_first(
    api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization
) -> None:
    """A reordered CREATED arrives after CLOSED, whatever contact events came between."""
    organization.faults.arm(Fault("CONVERSATION/CREATED", "reorder"))
    api.patch(at(begin()), json=FORCE)
    types = [each for each in receiver.types if each.startswith("CONVERSATION/")]

    assert types == ["CONVERSATION/CLOSED", "CONVERSATION/CREATED"]


def test_two_reordered_events_are_both_overtaken(
    api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization
) -> None:
    """Two reordered events in a row both go out after the third."""
    events = ["CONVERSATION/CREATED", "CONVERSATION/CLOSED", "CONVERSATION/REOPENED"]
    subscribe(api, receiver, *events)
    organization.faults.arm(Fault("CONVERSATION/*", "reorder", times=2))
    conversation = begin()
    api.patch(at(conversation), json=FORCE)
    api.patch(at(conversation), json=OPEN)

    assert receiver.types == ["CONVERSATION/REOPENED", "CONVERSATION/CREATED", "CONVERSATION/CLOSED"]


def test_reordered_event_that_nothing_overtakes_still_arrives(
    api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization, runtime: Runtime
) -> None:
    """A reordered event goes out after 30 seconds if no other comes: reordering loses nothing."""
    subscribe(api, receiver)
    organization.faults.arm(Fault("CONVERSATION/CREATED", "reorder"))
    begin()
    before = list(receiver.types)
    runtime.clock.advance(30)

    assert (before, receiver.types) == ([], ["CONVERSATION/CREATED"])


def test_error_of_the_integration_passes_to_the_caller(
    api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization
) -> None:
    """In one process an error that is no HTTP error surfaces where the event was caused, and is journaled."""
    subscribe(api, receiver)
    receiver.fails_with = ZeroDivisionError("a bug under test")

    with pytest.raises(ZeroDivisionError, match="a bug under test"):
        begin()

    assert "ZeroDivisionError" in organization.journal.entries("error")[0].what


def test_error_of_the_integration_is_journaled_when_serving(
    fake: GladlyFake, api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization
) -> None:
    """A fake that is not strict keeps going and writes the error down."""
    subscribe(api, receiver)
    fake.deliveries.strict = False
    receiver.fails_with = ZeroDivisionError("a bug under test")
    begin()

    assert "a bug under test" in organization.journal.entries("error")[0].what


def test_journal_tells_events_and_attempts(
    api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization, runtime: Runtime
) -> None:
    """The journal has an entry for each event raised and one for each attempt, with its outcome."""
    subscribe(api, receiver)
    receiver.status = 500
    begin()
    receiver.status = 202
    runtime.clock.advance(30)
    tried = [each for each in organization.journal.entries("delivery") if "CREATED" in each.what]

    assert "CONVERSATION/CREATED" in [each.what for each in organization.journal.entries("event")]
    assert [(each.what, each.details["attempt"]) for each in tried] == [
        ("CONVERSATION/CREATED: 500", 1),
        ("CONVERSATION/CREATED: 202", 2),
    ]


def test_gone_organization_sends_nothing_more(
    *,
    fake: GladlyFake,
    api: httpx.Client,
    receiver: Receiver,
    begin: Begin,
    runtime: Runtime,
    organization: Organization,
) -> None:
    """A removed organization's retries are not made."""
    subscribe(api, receiver)
    receiver.status = 500
    begin()
    fake.tenants.remove(organization.id)
    runtime.clock.advance(7200)

    assert len(receiver.requests) == 1


def test_log_keeps_the_last_hundred(
    api: httpx.Client, receiver: Receiver, begin: Begin, organization: Organization
) -> None:
    """A webhook's log keeps 100 rows, with status, request and response."""
    path = subscribe(api, receiver, "CONVERSATION/REOPENED", "CONVERSATION/CLOSED")
    conversation = begin(by_agent=True)
    for _ in range(51):
        api.patch(at(conversation), json=CLOSE)
        api.patch(at(conversation), json=OPEN)
    log = organization.webhooks.get(path.rpartition("/")[2]).log

    assert len(log) == 100
    assert (log[-1].status, log[-1].event_type) == ("Success", "CONVERSATION/REOPENED")
    assert json.loads(log[-1].request["body"]) == receiver.events[-1]
    assert log[-1].response == {"status": 200, "body": ""}


def test_delay_lets_others_overtake(
    *,
    api: httpx.Client,
    receiver: Receiver,
    begin: Begin,
    control: httpx.Client,
    here: str,
    runtime: Runtime,
) -> None:
    """An armed delay lets one delivery go out so many seconds later, behind what comes after it, and once."""
    subscribe(api, receiver, "CONVERSATION/CREATED", "CONVERSATION/CLOSED")
    control.post(f"{here}/faults", json={"route": "CONVERSATION/CREATED", "kind": "delay", "seconds": 60})
    api.patch(at(begin()), json=FORCE)
    runtime.clock.advance(59)
    before = list(receiver.types)
    runtime.clock.advance(3600)

    assert before == ["CONVERSATION/CLOSED"]
    assert receiver.types == ["CONVERSATION/CLOSED", "CONVERSATION/CREATED"]


def test_log_tells_success_debug_and_error(
    *,
    api: httpx.Client,
    receiver: Receiver,
    begin: Begin,
    control: httpx.Client,
    here: str,
    runtime: Runtime,
) -> None:
    """The log shows what was accepted, what failed, and what failed last, for a month."""
    path = subscribe(api, receiver, "CONVERSATION/CREATED", "CONVERSATION/CLOSED")
    log = f"{here}/webhooks/{path.rpartition('/')[2]}/deliveries"
    conversation = begin()
    receiver.status = 406
    api.patch(at(conversation), json=FORCE)
    runtime.clock.advance(3600)
    rows = control.get(log).json()
    runtime.clock.advance(30 * 86_400)

    assert [(row["status"], row["attempt"]) for row in rows] == [
        ("Success", 1),
        *[("Debug", number) for number in (1, 2, 3, 4)],
        ("Error", 5),
    ]
    assert (rows[-1]["event_type"], rows[-1]["response"]["status"]) == ("CONVERSATION/CLOSED", 406)
    assert [row["status"] for row in control.get(log).json()] == ["Error"]
    assert control.get(f"{here}/webhooks/nope/deliveries").status_code == 404
