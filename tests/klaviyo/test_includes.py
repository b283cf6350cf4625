"""What can be included with metrics, profiles and segments, and the collections that hang on segments."""

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import EMAIL, HOST, Caller, Json, new_key, only_error, profile_part

FLAG = "In Gladly Conversation"


@pytest.fixture(name="profile")
def _profile(caller: Caller) -> str:
    """One person, in a conversation."""
    caller.track(profile=profile_part(email=EMAIL, properties={FLAG: True}))
    profile_id: str = caller.rows("/api/profiles")[0]["id"]
    return profile_id


def _segment(caller: Caller, name: str, *, flag: bool) -> str:
    """Return the id of a new segment of the people whose mark is ``flag``."""
    wanted = {"type": "boolean", "operator": "equals", "value": flag}
    condition = {"type": "profile-property", "property": f"properties['{FLAG}']", "filter": wanted}
    definition = {"condition_groups": [{"conditions": [condition]}]}
    attributes = {"name": name, "definition": definition}
    made = caller.post({"data": {"type": "segment", "attributes": attributes}}, "/api/segments")
    assert made.status_code == 201
    segment_id: str = made.json()["data"]["id"]
    return segment_id


def test_segments_of_a_profile_are_included(caller: Caller, account: Account, profile: str) -> None:
    """Only the segments that the person is in are included, each also named in the relationship."""
    account.switches.rate_limits = False
    inside, _ = _segment(caller, "in", flag=True), _segment(caller, "out", flag=False)

    document = caller.get(f"/api/profiles/{profile}", include="segments,lists", fields__segment="name").json()

    related = document["data"]["relationships"]
    assert related["segments"]["data"] == [{"type": "segment", "id": inside}]
    assert related["lists"]["data"] == []
    assert [(row["id"], row["attributes"]) for row in document["included"]] == [(inside, {"name": "in"})]
    assert "data" not in document["included"][0]["relationships"]["tags"]


@pytest.mark.parametrize(
    ("include", "scope"),
    [
        ("lists", "lists:read"),
        ("segments", "segments:read"),
        ("push-tokens", "push-tokens:read"),
        ("conversations", "conversations:read"),
    ],
)
def test_scopes_of_profile_includes(
    http: httpx.Client, account: Account, profile: str, include: str, scope: str
) -> None:
    """Each include of a profile needs the read scope of what it includes."""
    account.switches.rate_limits = False

    def status(*scopes: str) -> int:
        reader = Caller(http, new_key(account, "profiles:read", *scopes).secret)
        return reader.get(f"/api/profiles/{profile}", include=include).status_code

    assert (status(), status(scope)) == (403, 200)


@pytest.mark.parametrize("path", ["/api/profiles", "/api/profiles/{profile}"])
def test_conversation_follows_the_revision(caller: Caller, profile: str, path: str) -> None:
    """Before 2026-07-15 the one conversation is included, of which there is none, since then several."""
    url = path.format(profile=profile)

    def relationship(revision: str, name: str) -> Json:
        caller.headers["revision"] = revision
        data = caller.get(url, include=name).json()["data"]
        found: Json = (data if isinstance(data, dict) else data[0])["relationships"][name]
        return found

    assert relationship("2026-04-15", "conversation")["data"] is None
    assert relationship("2026-07-15", "conversations")["data"] == []
    for revision, name in (("2026-04-15", "conversations"), ("2026-07-15", "conversation")):
        caller.headers["revision"] = revision
        detail = only_error(caller.get(url, include=name))["detail"]
        assert detail == f"'{name}' is not an allowed include parameter for this resource."


@pytest.mark.parametrize(("name", "scope"), [("tags", "tags:read"), ("flow-triggers", "flows:read")])
@pytest.mark.parametrize("between", ["", "relationships/"])
def test_collections_of_a_segment(
    http: httpx.Client, caller: Caller, account: Account, *, name: str, scope: str, between: str
) -> None:
    """No segment has tags or triggers a flow; 404 under no segment; both sides' scopes are needed."""
    account.switches.rate_limits = False
    path = f"/api/segments/{_segment(caller, 'in', flag=True)}/{between}{name}"

    reply = caller.get(path)
    alone = Caller(http, new_key(account, "segments:read").secret).get(path)

    assert reply.json() == {"data": [], "links": {"self": f"{HOST}{path}", "next": None, "prev": None}}
    assert reply.headers["ratelimit-limit"] == "3, 3;w=1, 60;w=60"
    assert alone.status_code == 403
    assert Caller(http, new_key(account, "segments:read", scope).secret).get(path).status_code == 200
    assert caller.get(f"/api/segments/NOPE01/{between}{name}").status_code == 404


@pytest.mark.parametrize("path", ["/api/segments", "/api/segments/{segment}"])
def test_includes_of_segments(caller: Caller, path: str) -> None:
    """What is included with a segment shows as empty data; what is not keeps its links only."""
    url = path.format(segment=_segment(caller, "in", flag=True))

    document = caller.get(url, include="tags").json()

    data = document["data"] if isinstance(document["data"], dict) else document["data"][0]
    assert list(document) == ["data", "included", "links"]
    assert (document["included"], data["relationships"]["tags"]["data"]) == ([], [])
    assert list(data["relationships"]["flow-triggers"]) == ["links"]


@pytest.mark.parametrize(
    ("path", "kind", "field"),
    [
        ("/api/events", "profile", "subscriptions"),
        ("/api/events", "metric", "colour"),
        ("/api/metrics", "flow", "colour"),
        ("/api/profiles", "push-token", "colour"),
        ("/api/segments", "segment", "profile_count"),
    ],
)
def test_unknown_sparse_fields(caller: Caller, path: str, kind: str, field: str) -> None:
    """A field that a resource has not here is refused, whether or not the resource is included."""
    reply = caller.get(path, **{f"fields__{kind}": field})

    assert (reply.status_code, only_error(reply)["detail"]) == (
        400,
        f"'{field}' is not a valid field for the resource '{kind}'.",
    )
