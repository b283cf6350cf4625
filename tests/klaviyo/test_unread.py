"""What is sent to Klaviyo and not read: noted where it is not refused."""

import json
from typing import Any

import httpx
import pytest

from fakes.core.errors import UnreadInput
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import EMAIL, STARTED, Caller, event_body, only_error


def _ignored(account: Account) -> list[str]:
    """Return what the last call was noted to have passed over."""
    found: list[str] = account.journal.entries("request")[-1].details["ignored"]
    return found


def test_parameter_of_a_write(http: httpx.Client, caller: Caller, account: Account) -> None:
    """A write has no parameters: whatever comes is noted by name, and its value is not shown beside it."""
    answer = http.post("/api/events?debug=very-much", json=event_body(), headers=caller.headers)
    assert (answer.status_code, _ignored(account)) == (202, ["?debug"])
    [entry] = account.journal.entries("ignored")
    assert entry.what == "not read by the fake: ?debug of POST /api/events"


def test_retired_way_of_passing_the_key(caller: Caller, account: Account) -> None:
    """``api_key`` in the query of a read is let pass, not looked at, and noted; other parameters are refused."""
    assert caller.get("/api/metrics", api_key="pk_x", include="flow-triggers").status_code == 200
    assert _ignored(account) == ["?api_key"]
    assert "colour" in only_error(caller.get("/api/metrics", colour="red"))["detail"]
    assert _ignored(account) == []


def test_field_that_only_the_vendor_reads(caller: Caller, account: Account) -> None:
    """A documented field that this fake does nothing with is noted by its path, as is an unknown one that is null."""
    caller.track()
    metric = caller.rows("/api/metrics")[0]["id"]
    days = ["greater-or-equal(datetime,2026-11-20)", "less-than(datetime,2026-11-25)"]
    said = {"metric_id": metric, "measurements": ["count"], "filter": days, "return_fields": ["count"]}
    body = {"data": {"type": "metric-aggregate", "attributes": said}}
    assert caller.post(body, "/api/metric-aggregates").status_code == 200
    assert _ignored(account) == ["data.attributes.return_fields"]
    assert caller.post(event_body(mood=None)).status_code == 202
    assert _ignored(account) == ["data.attributes.mood"]


def test_what_the_official_sdk_adds(caller: Caller, account: Account) -> None:
    """``backfill: false``, which the SDK sends with each event, and null for what is not set are read."""
    assert caller.post(event_body(backfill=False, value=None, time=None)).status_code == 202
    assert _ignored(account) == []


def _payload(account: Account, **more: Any) -> str:
    said = {"token": account.public_key, "event": STARTED, "customer_properties": {"$email": EMAIL, "a": 1}}
    return json.dumps(said | more)


@pytest.mark.parametrize(
    ("form", "ignored"),
    [({}, []), ({"verbose": "1"}, ["verbose"])],
)
def test_legacy_form(http: httpx.Client, account: Account, form: dict[str, str], ignored: list[str]) -> None:
    """Of the legacy form all but ``data`` is noted; properties of the customer are none of the call's fields."""
    assert http.post("/api/track", data={"data": _payload(account)} | form).text == "1"
    assert _ignored(account) == ignored


def test_legacy_payload(http: httpx.Client, account: Account) -> None:
    """Fields of a legacy payload that the call has not are noted, and parameters beside it."""
    http.post("/api/track?v=2&i=0", content=_payload(account, timestamp=1))
    assert _ignored(account) == ["?v", "timestamp"]
    http.post("/api/identify", content=_payload(account))
    assert _ignored(account) == ["event", "customer_properties"]
    http.post("/api/track", content=_payload(account, properties=[1]) + " and more")
    assert account.journal.entries("ignored")[-1].what.endswith("of POST /api/identify")


def test_probes_of_retired_generations(http: httpx.Client, caller: Caller, account: Account) -> None:
    """The key, the page and its size are read of a v1 call; anything else is noted, and all but the key of a v2 call."""
    key = caller.headers["Authorization"].split()[1]
    for path, ignored in (("/api/v1/metrics", ["?since"]), ("/api/v2/lists", ["?since", "?page", "?count"])):
        assert http.get(path, params={"api_key": key, "since": 1, "page": 0, "count": 5}).status_code == 200
        assert _ignored(account) == ignored


def test_beta_calls(caller: Caller, account: Account) -> None:
    """Keys refuse a parameter they have not, and note what only retired generations read."""
    account.switches.rate_limits = False
    caller.headers["revision"] = "2026-07-15.pre"
    assert "colour" in only_error(caller.get("/api/api-keys", colour="red"))["detail"]
    key_id = caller.rows("/api/api-keys", api_key="x")[0]["id"]
    assert _ignored(account) == ["?api_key"]
    assert caller.get(f"/api/api-keys/{key_id}", api_key="x").status_code == 200
    assert _ignored(account) == ["?api_key"]


def test_strict_fake_raises(fake: KlaviyoFake, caller: Caller, http: httpx.Client) -> None:
    """A strict fake raises the parameter and the call into the caller's stack."""
    fake.strict = True
    with pytest.raises(UnreadInput, match=r"Klaviyo: not read by the fake: \?a of POST /api/events"):
        http.post("/api/events?a=1", json=event_body(), headers=caller.headers)


def test_control_plane_tells(http: httpx.Client, caller: Caller, fake: KlaviyoFake, account: Account) -> None:
    """The control plane gives the entries by their kind."""
    http.post("/api/events?debug=1", json=event_body(), headers=caller.headers)
    entries = http.get(
        f"/_fake/accounts/{account.id}/journal?kind=ignored", headers={"X-Fake-Control": fake.control_token}
    ).json()
    assert [entry["details"]["ignored"] for entry in entries] == [["?debug"]]
