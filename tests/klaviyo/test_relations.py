"""What hangs on events, metrics and profiles: related resources, their identifiers, metric properties."""

import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import (
    CLOSED,
    EMAIL,
    HOST,
    STARTED,
    Caller,
    Json,
    new_key,
    only_error,
    profile_part,
)


@pytest.fixture(name="event")
def _event(caller: Caller) -> Json:
    """One event of one person."""
    caller.track(profile=profile_part(email=EMAIL, first_name="Ann"), properties={"a": 1, "tags": ["x", "y"]})
    return caller.rows("/api/events")[0]


def _related(event: Json, name: str) -> str:
    found: str = event["relationships"][name]["data"]["id"]
    return found


@pytest.mark.parametrize("name", ["metric", "profile"])
def test_relationship_of_an_event(caller: Caller, event: Json, name: str) -> None:
    """The relationship is type and id, and a link that repeats the request."""
    path = f"/api/events/{event['id']}/relationships/{name}"

    response = caller.get(path)

    assert response.status_code == 200
    assert response.json() == {
        "data": {"type": name, "id": _related(event, name)},
        "links": {"self": f"{HOST}{path}"},
    }
    assert response.headers["ratelimit-limit"] == "350, 350;w=1, 3500;w=60"


def test_metric_of_an_event(caller: Caller, event: Json) -> None:
    """The related metric is the same resource as at its own address, sparse fields included."""
    path, metric_id = f"/api/events/{event['id']}/metric", _related(event, "metric")

    assert caller.get(path).json()["data"] == caller.get(f"/api/metrics/{metric_id}").json()["data"]
    assert caller.get(path).json()["links"] == {"self": f"{HOST}{path}"}
    assert caller.get(path, fields__metric="name").json()["data"]["attributes"] == {"name": STARTED}


def test_profile_of_an_event(caller: Caller, event: Json) -> None:
    """The related profile has the singular conversation, as recorded for embedded profiles."""
    data = caller.get(f"/api/events/{event['id']}/profile").json()["data"]

    assert (data["attributes"]["email"], data["attributes"]["first_name"]) == (EMAIL, "Ann")
    assert list(data["relationships"])[-1] == "conversation"


@pytest.mark.parametrize("path", ["metric", "profile", "relationships/metric", "relationships/profile"])
def test_relations_of_no_event(caller: Caller, path: str) -> None:
    """A malformed event id is 400, one that nobody has 404."""
    assert only_error(caller.get(f"/api/events/NOPE01/{path}"))["detail"] == "Invalid Event ID: 'NOPE01'"
    assert caller.get(f"/api/events/7rT2mWq9ZkB/{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "second"),
    [
        ("/api/events/{event}/metric", "metrics:read"),
        ("/api/events/{event}/relationships/metric", "metrics:read"),
        ("/api/events/{event}/profile", "profiles:read"),
        ("/api/events/{event}/relationships/profile", "profiles:read"),
        ("/api/metrics/{metric}/flow-triggers", "flows:read"),
        ("/api/profiles/{profile}/lists", "lists:read"),
        ("/api/profiles/{profile}/conversations", "conversations:read"),
    ],
)
def test_scopes_of_both_sides(caller: Caller, account: Account, event: Json, path: str, second: str) -> None:
    """A related resource needs the read scope of both sides."""
    owner = path.split("/")[2]
    ids = {"event": event["id"], "metric": _related(event, "metric"), "profile": _related(event, "profile")}
    url = path.format(**ids)

    for scopes, status in (((f"{owner}:read",), 403), ((second,), 403), ((f"{owner}:read", second), 200)):
        caller.headers["Authorization"] = f"Klaviyo-API-Key {new_key(account, *scopes).secret}"
        assert caller.get(url).status_code == status


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("metric", "flow-triggers"),
        ("profile", "lists"),
        ("profile", "push-tokens"),
        ("profile", "conversations"),
    ],
)
@pytest.mark.parametrize("between", ["", "relationships/"])
def test_empty_collections(caller: Caller, event: Json, owner: str, name: str, between: str) -> None:
    """What no account here has is an empty page, and 404 under an owner that does not exist."""
    path = f"/api/{owner}s/{_related(event, owner)}/{between}{name}"

    assert caller.get(path).json() == {
        "data": [],
        "links": {"self": f"{HOST}{path}", "next": None, "prev": None},
    }
    assert caller.get(f"/api/{owner}s/NOPE01/{between}{name}").status_code == 404


@pytest.mark.parametrize("between", ["", "relationships/"])
def test_no_conversation(caller: Caller, event: Json, between: str) -> None:
    """A profile without a conversation has null at the singular path; nobody's profile is not found."""
    path = f"/api/profiles/{_related(event, 'profile')}/{between}conversation"

    response = caller.get(path)

    assert response.status_code == 200
    assert response.json() == {"data": None, "links": {"self": f"{HOST}{path}"}}
    assert caller.get(f"/api/profiles/NOPE01/{between}conversation").status_code == 404


def test_conversations_came_late(caller: Caller, event: Json) -> None:
    """The plural path does not exist before 2026-07-15."""
    caller.headers["revision"] = "2026-04-15"
    path = f"/api/profiles/{_related(event, 'profile')}/conversations"

    assert caller.get(path).status_code == 400


def test_properties_of_a_metric(caller: Caller, event: Json, account: Account) -> None:
    """A metric knows the properties of its events with their types; values only on request."""
    metric_id = _related(event, "metric")
    path = f"/api/metrics/{metric_id}/metric-properties"

    first, second = caller.rows(path)

    assert first["attributes"] == {"label": "a", "property": "a", "inferred_type": "Number"}
    assert second["attributes"]["inferred_type"] == "List"
    assert first["relationships"]["metric"]["data"] == {"type": "metric", "id": metric_id}
    account.clock.advance(1)
    sampled = caller.rows(path, **{"additional-fields__metric-property": "sample_values"})
    assert [row["attributes"]["sample_values"] for row in sampled] == [[1], ["x", "y"]]
    ids = caller.rows(f"/api/metrics/{metric_id}/relationships/metric-properties")
    assert ids == [{"type": "metric-property", "id": row["id"]} for row in (first, second)]


def test_metric_property(caller: Caller, event: Json, account: Account) -> None:
    """One property at its own address, with its metric included, related, or as an identifier."""
    metric_id = _related(event, "metric")
    row = caller.rows(f"/api/metrics/{metric_id}/metric-properties")[0]
    path = f"/api/metric-properties/{row['id']}"

    response = caller.get(path, include="metric").json()

    assert response["data"] == row
    assert [metric["id"] for metric in response["included"]] == [metric_id]
    assert caller.get(f"{path}/metric").json()["data"] == response["included"][0]
    assert caller.get(f"{path}/relationships/metric").json()["data"] == {"type": "metric", "id": metric_id}
    account.clock.advance(1)
    assert "included" not in caller.get(path).json()
    account.clock.advance(1)
    assert caller.get("/api/metric-properties/none").status_code == 404


def test_properties_of_one_name_are_each_metrics_own(caller: Caller, account: Account) -> None:
    """Two metrics with a property of the same name have two properties, each of which leads to its metric."""
    account.switches.rate_limits = False
    for name in (STARTED, CLOSED):
        caller.track(name, properties={"Brand": "North"})
    metrics = [row["id"] for row in caller.rows("/api/metrics")]
    found = [caller.rows(f"/api/metrics/{metric}/metric-properties")[0]["id"] for metric in metrics]

    assert len(metrics) == len(set(found)) == 2
    owners = [caller.get(f"/api/metric-properties/{one}/metric").json()["data"]["id"] for one in found]
    assert owners == metrics
