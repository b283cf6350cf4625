"""The doors of what no account here has: who may come in, and that there is nothing behind them."""

import re
from typing import Any

import httpx
import pytest

from fakes.klaviyo.api.doors import DOOR_ROUTES
from fakes.klaviyo.api.routes import ROUTES
from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import HOST, Caller, Json, new_key, only_error

BY_MAIL = "equals(messages.channel,'email')"
READS = {
    "campaigns": "campaigns:read",
    "catalog-items": "catalogs:read",
    "custom-metrics": "metrics:read",
    "flows": "flows:read",
    "lists": "lists:read",
    "profile-suppression-bulk-create-jobs": "subscriptions:read",
    "profile-suppression-bulk-delete-jobs": "subscriptions:read",
    "tags": "tags:read",
}
WRITES = {
    "campaigns": ("campaigns:write",),
    "catalog-items": ("catalogs:write",),
    "custom-metrics": ("metrics:write",),
    "data-privacy-deletion-jobs": ("data-privacy:write",),
    "flows": ("flows:write",),
    "lists": ("lists:write",),
    "profile-suppression-bulk-create-jobs": ("profiles:write", "subscriptions:write"),
    "profile-suppression-bulk-delete-jobs": ("subscriptions:write",),
    "tags": ("tags:read", "tags:write"),
}
KINDS = {name: name.removesuffix("s") for name in WRITES}
ONE = "/api/custom-metrics/SkDfHe"
METHODS = ("GET", "POST", "PATCH", "DELETE")


@pytest.fixture(autouse=True)
def _unlimited(account: Account) -> None:
    """Some doors let one in a second, and the clock stands still."""
    account.switches.rate_limits = False


def _with(http: httpx.Client, account: Account, *scopes: str) -> Caller:
    return Caller(http, new_key(account, *scopes).secret)


def _body(kind: str, **attributes: Any) -> Json:
    return {"data": {"type": kind, "attributes": attributes}}


@pytest.mark.parametrize("name", READS)
def test_lists_are_empty_for_who_may_read(http: httpx.Client, account: Account, name: str) -> None:
    """The one read scope is needed and enough; the list is an empty page."""
    every = [*READS.values(), *(scope for scopes in WRITES.values() for scope in scopes)]
    query = {"filter": BY_MAIL} if name == "campaigns" else {}
    other = _with(http, account, *(set(every) - {READS[name]}))

    assert other.get(f"/api/{name}", **query).status_code == 403
    found = _with(http, account, READS[name]).get(f"/api/{name}", **query)

    assert found.status_code == 200
    assert (found.json()["data"], found.json()["links"]["next"]) == ([], None)
    assert found.headers["ratelimit-limit"]


@pytest.mark.parametrize("name", WRITES)
def test_an_empty_body_is_refused_to_who_may_write(http: httpx.Client, account: Account, name: str) -> None:
    """Without any one of the scopes it is 403, with all of them 400, as it is at any endpoint."""
    for scope in WRITES[name]:
        fewer = {"accounts:read", *WRITES[name]} - {scope}
        assert _with(http, account, *fewer).post({}, f"/api/{name}").status_code == 403

    refused = _with(http, account, *WRITES[name]).post({}, f"/api/{name}")

    assert refused.status_code == 400
    assert only_error(refused)["detail"] == "The payload provided in the request is invalid."


@pytest.mark.parametrize("name", WRITES)
def test_nothing_is_made(caller: Caller, name: str) -> None:
    """A body of another kind is refused; a good one is answered by an admission, not by a vendor-looking error."""
    assert caller.post(_body("nonsense", name="x"), f"/api/{name}").status_code == 400
    assert caller.post({"data": {"type": KINDS[name]}}, f"/api/{name}").status_code == 400
    admitted = caller.post(_body(KINDS[name], name="x"), f"/api/{name}")
    assert admitted.status_code == 501
    assert "is not carried out by this fake" in admitted.text


def test_campaigns_need_a_filter(caller: Caller) -> None:
    """Campaigns are listed of one channel; no filter at all is refused."""
    error = only_error(caller.get("/api/campaigns"))
    assert (error["status"], error["source"]) == (400, {"parameter": "filter"})


def test_any_sparse_field(caller: Caller) -> None:
    """What is never shown takes any field; where the fields are known, an unknown one is refused."""
    assert caller.get("/api/catalog-items", fields__catalogitem="x").status_code == 400
    answer = caller.get("/api/custom-metrics?fields[custom-metric]=mood")
    assert answer.status_code == 200
    assert caller.get("/api/tags", fields__tag="mood").status_code == 400


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("flows", {"filter": 'equals(mood,"x")'}),
        ("lists", {"sort": "mood"}),
        ("tags", {"include": "mood"}),
        ("lists", {"page__size": 11}),
        ("tags", {"page__cursor": "x"}),
        ("flows", {"mood": "x"}),
    ],
)
def test_what_a_list_does_not_have_is_refused(caller: Caller, name: str, query: dict[str, Any]) -> None:
    """Filters, sorts, includes, sizes, cursors and parameters are checked although there is nothing to list."""
    assert caller.get(f"/api/{name}", **query).status_code == 400


def test_no_custom_metric(http: httpx.Client, account: Account) -> None:
    """Reading, changing and deleting one finds none, once the scope and the body are right."""
    reader, writer = _with(http, account, "metrics:read"), _with(http, account, "metrics:write")
    body = _body("custom-metric", name="x")

    assert reader.get(ONE).status_code == 404
    answers = {
        (method, caller.headers["Authorization"][-4:]): http.request(
            method, ONE, headers=caller.headers, json=body if method == "PATCH" else None
        ).status_code
        for caller in (reader, writer)
        for method in ("PATCH", "DELETE")
    }
    assert sorted(answers.values()) == [403, 403, 404, 404]
    assert http.patch(ONE, headers=writer.headers, json={}).status_code == 400


def test_links_repeat_the_request(caller: Caller) -> None:
    """An empty page says what was asked."""
    links = caller.get("/api/tags", page__size=1).json()["links"]
    assert links == {"self": f"{HOST}/api/tags?page%5Bsize%5D=1", "next": None, "prev": None}


def test_other_methods_are_the_vendors_405(http: httpx.Client, caller: Caller) -> None:
    """What the vendor has no method for is 405, here too."""
    for path in DOOR_ROUTES:
        if not path.endswith("}"):
            assert http.delete(path, headers=caller.headers).status_code == 405


def test_nothing_needs_data_privacy_read(http: httpx.Client, account: Account) -> None:
    """A key with that scope alone is let in nowhere."""
    caller = _with(http, account, "data-privacy:read")
    asked = [
        (method, re.sub(r"\{\w+\}", "x", path))
        for path in ROUTES
        if path.startswith("/api/")
        for method in METHODS
    ]
    answers = {http.request(method, path, headers=caller.headers).status_code for method, path in asked}
    assert answers == {403, 405}
