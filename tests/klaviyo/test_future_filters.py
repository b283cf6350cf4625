"""Reads that ask for what comes after a moment that is yet to come."""

from datetime import UTC, datetime, timedelta
from operator import ge, gt, le, lt

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import EMAIL, HOST, STARTED, Caller, new_key, only_error

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = "2027-02-05T21:46:42.000Z"
SUPPRESSED = "subscriptions.email.marketing.suppression.timestamp"


@pytest.mark.parametrize(
    ("path", "clause"),
    [
        ("/api/events", f"greater-than(datetime,{LATER})"),
        ("/api/events", f"greater-or-equal(datetime,{LATER})"),
        ("/api/events", f"greater-or-equal(datetime,2026-11-23),greater-than(datetime,{LATER})"),
        ("/api/events", "greater-than(timestamp,1801863602)"),
        ("/api/profiles", f"greater-than(created,{LATER})"),
        ("/api/profiles", f"greater-than(updated,{LATER})"),
        ("/api/profiles", f"greater-or-equal({SUPPRESSED},{LATER})"),
        ("/api/segments", f"greater-than(created,{LATER})"),
        ("/api/segments", f"greater-than(updated,{LATER})"),
        ("/api/segments/{segment}/profiles", f"greater-than(joined_group_at,{LATER})"),
        ("/api/segments/{segment}/relationships/profiles", f"greater-or-equal(joined_group_at,{LATER})"),
    ],
)
def test_refused(caller: Caller, account: Account, path: str, clause: str) -> None:
    """A filter on what comes after a future moment is 400 and names the field; the older behaviour is an empty page."""
    condition = {"type": "profile-property", "property": "email"} | {
        "filter": {"type": "string", "operator": "equals", "value": EMAIL}
    }
    definition = {"condition_groups": [{"conditions": [condition]}]}
    made = caller.post(
        {"data": {"type": "segment", "attributes": {"name": "a", "definition": definition}}}, "/api/segments"
    )
    path = path.format(segment=made.json()["data"]["id"])

    error = only_error(caller.get(path, filter=clause))

    assert error == {
        "status": 400,
        "code": "invalid",
        "title": "Invalid input.",
        "detail": "End date may not be in the future: YYYY-mm-ddTHH:MM:SS",
        "source": {"pointer": clause.rpartition("(")[2].partition(",")[0]},
        "links": {},
        "meta": {},
    }
    account.switches.future_filters = "empty"
    assert caller.rows(path, filter=clause) == []


@pytest.mark.parametrize(
    ("path", "clause"),
    [
        ("/api/events", f"less-than(datetime,{LATER})"),
        ("/api/events", f"greater-than(datetime,2026-11-23),less-or-equal(datetime,{LATER})"),
        ("/api/events", "less-than(timestamp,1801863602)"),
        ("/api/profiles", f"less-than(updated,{LATER})"),
    ],
)
def test_upper_bound_may_be_in_the_future(caller: Caller, path: str, clause: str) -> None:
    """Asking for what comes before a future moment is served."""
    caller.track()
    assert len(caller.rows(path, filter=clause)) == 1


def test_future_is_the_accounts_clock(caller: Caller, account: Account) -> None:
    """What is in the future now is not once the account's clock has passed it."""
    clause = "greater-or-equal(datetime,2026-11-23T11:00:00Z)"
    assert caller.get("/api/events", filter=clause).status_code == 400
    account.clock.advance(3_600)
    assert caller.get("/api/events", filter=clause).status_code == 200


def test_reader_whose_cursor_passed_now(caller: Caller) -> None:
    """An event dated ahead is kept and read, and a reader that goes on from its time is refused from then on."""
    caller.track(time="2026-11-24T10:00:00+00:00")
    (row,) = caller.rows("/api/events", filter="greater-than(datetime,2026-11-23T09:00:00Z)")
    onwards = f"greater-than(datetime,{row['attributes']['datetime']})"
    assert caller.get("/api/events", filter=onwards).status_code == 400


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    events=st.lists(st.integers(-100, 100), unique=True, max_size=5),
    bound=st.integers(-100, 100),
    operator=st.sampled_from(["greater-than", "greater-or-equal", "less-than", "less-or-equal"]),
)
def test_every_event_on_either_side_of_now(events: list[int], bound: int, operator: str) -> None:
    """Events of any time are found by any bound up to now, and by upper bounds beyond; only lower ones beyond are 400."""
    fake = KlaviyoFake(Runtime.in_process(NOW))
    with httpx.Client(transport=InProcess(application(fake)), base_url=HOST) as http:
        caller = Caller(http, new_key(fake.create_account()).secret)
        for seconds in events:
            caller.track(STARTED, unique_id=str(seconds), time=_at(seconds))
        found = caller.get("/api/events", filter=f"{operator}(datetime,{_at(bound)})")
    fits = {
        "greater-than": gt,
        "greater-or-equal": ge,
        "less-than": lt,
        "less-or-equal": le,
    }[operator]
    if bound > 0 and operator.startswith("greater"):
        assert found.status_code == 400
        return
    ids = {int(row["attributes"]["event_properties"]["$event_id"]) for row in found.json()["data"]}
    assert ids == {at for at in events if fits(at, bound)}


def _at(seconds: int) -> str:
    return (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
