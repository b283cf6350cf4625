"""Many events in one request."""

from typing import Any

import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import CLOSED, EMAIL, STARTED, Caller, Json, new_key, only_error

PATH = "/api/event-bulk-create-jobs"
FIRST = "/data/attributes/events-bulk-create/data/0/attributes"


def _event(name: str = STARTED, **attributes: Any) -> Json:
    metric = {"data": {"type": "metric", "attributes": {"name": name}}}
    return {"type": "event", "attributes": {"properties": {}, "metric": metric} | attributes}


def _entry(*events: Json, email: str = EMAIL, meta: Json | None = None, **more: Any) -> Json:
    profile = {"data": {"type": "profile", "attributes": {"email": email} | more, "meta": meta}}
    return {"type": "event-bulk-create", "attributes": {"profile": profile, "events": {"data": list(events)}}}


def _job(*entries: Json) -> Json:
    attributes = {"events-bulk-create": {"data": list(entries)}}
    return {"data": {"type": "event-bulk-create-job", "attributes": attributes}}


def test_bulk(caller: Caller, account: Account) -> None:
    """All events of all people are accepted with 202 and an empty body, and show; repeated ones are discarded."""
    started, closed = _event(unique_id="a"), _event(CLOSED, unique_id="a")

    response = caller.post(_job(_entry(started, closed, started), _entry(started, email="b@c.de")), PATH)

    assert (response.status_code, response.content) == (202, b"")
    assert "content-type" not in response.headers
    assert response.headers["ratelimit-limit"] == "10, 10;w=1, 150;w=60"
    assert (len(account.events), len(account.profiles.all())) == (3, 2)


def test_patches_of_a_person_happen_once(caller: Caller, account: Account) -> None:
    """However many events a person has in a job, what is added to their arrays is added once."""
    meta = {"patch_properties": {"append": {"skus": "1"}}}
    events = [_event(unique_id=str(number)) for number in range(3)]

    assert caller.post(_job(_entry(*events, meta=meta)), PATH).status_code == 202

    assert (account.profiles.all()[0].properties, len(account.events)) == ({"skus": ["1"]}, 3)


def test_visibility_delay(caller: Caller, account: Account) -> None:
    """What comes in bulk waits for its visibility as single events do, profiles too."""
    account.switches.visibility_delay = 30
    caller.post(_job(_entry(_event())), PATH)
    assert caller.rows("/api/events") == caller.rows("/api/profiles") == []

    account.clock.advance(30)

    assert len(caller.rows("/api/events")) == len(caller.rows("/api/profiles")) == 1


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        (_entry(_event(), email="nonsense"), f"{FIRST}/email"),
        (_entry(_event(), _event(time="1795428000")), f"{FIRST}/events/data/1/attributes/time"),
        (_entry(_event(unique_id="")), f"{FIRST}/events/data/0/attributes/unique_id"),
        (_entry(_event(bogus=1)), f"{FIRST}/events/data/0/attributes/bogus"),
        (_entry(_event(value="1")), f"{FIRST}/events/data/0/attributes/value"),
        (_entry(_event(), first_name="x" * 100_000), f"{FIRST}/profile"),
        (_entry(_event(profile={})), f"{FIRST}/events/data/0/attributes/profile"),
    ],
)
def test_pointers_are_indexed(caller: Caller, account: Account, entry: Json, pointer: str) -> None:
    """What does not fit is named with its place in the lists, and nothing at all is accepted."""
    response = caller.post(_job(entry, _entry(_event(), email="b@c.de")), PATH)

    assert response.status_code == 400
    assert only_error(response)["source"] == {"pointer": pointer}
    assert len(account.events) == 0


def test_most_events(caller: Caller, account: Account) -> None:
    """A thousand events are taken, one more is not."""
    many = [_event(unique_id=str(number)) for number in range(1_000)]

    assert caller.post(_job(_entry(*many, _event())), PATH).status_code == 400
    assert len(account.events) == 0
    assert caller.post(_job(_entry(*many)), PATH).status_code == 202
    assert len(account.events) == 1_000


def test_largest_job(caller: Caller) -> None:
    """More than 5 MB are 413."""
    big = _event(properties={str(number): "x" * 100_000 for number in range(53)})

    assert caller.post(_job(_entry(big)), PATH).status_code == 413


def test_scope_and_revision(caller: Caller, account: Account) -> None:
    """Bulk needs the scope to write events and a revision from 2024-05-15."""
    caller.headers["revision"] = "2024-02-15"
    assert caller.post(_job(_entry(_event())), PATH).status_code == 400
    caller.headers["Authorization"] = f"Klaviyo-API-Key {new_key(account, 'events:read').secret}"
    assert caller.post(_job(_entry(_event())), PATH).status_code == 403
