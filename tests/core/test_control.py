"""The control plane that every fake has."""

from typing import Any

import httpx
import pytest

from fakes.core.errors import UnknownTenant
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.tenants import Tenant, Tenants
from tests.core.toy import CONTROL_TOKEN, SHOP, ToyFake

FAULTS = f"/shops/{SHOP}/faults"
JOURNAL = f"/shops/{SHOP}/journal"
WRONG_TOKENS = {
    "none": {},
    "empty": {CONTROL_HEADER: ""},
    "shorter": {CONTROL_HEADER: CONTROL_TOKEN[:-1]},
    "as long": {CONTROL_HEADER: "x" * len(CONTROL_TOKEN)},
}


@pytest.mark.parametrize("headers", WRONG_TOKENS.values(), ids=WRONG_TOKENS.keys())
@pytest.mark.parametrize(
    "path", ["/_fake", "/_fake/", "/_fake/clock", "/_fake/journal", "/_fake/no-such-call"]
)
def test_token_is_needed(client: httpx.Client, headers: dict[str, Any], path: str) -> None:
    """Without the very control token every control call gets 403 with the name of the header, known or not."""
    answer = client.get(path, headers=headers)
    assert answer.status_code == 403
    assert answer.json() == {
        "error": "/_fake/ needs the header X-Fake-Control with this fake's control token"
    }


@pytest.mark.parametrize("path", ["//_fake/clock", "///_fake/clock", "//_fake//clock"])
def test_no_slash_leads_past_the_token(client: httpx.Client, path: str) -> None:
    """A doubled slash, which the framework would route as one, is no way to a control call: nobody knows the path."""
    answer = client.get(httpx.URL(f"http://toy{path}"))
    assert answer.status_code == 501
    assert answer.json() == {"error": f"unsupported by the fake: GET {path} (a path begins with one slash)"}


def test_nothing_happens_without_the_token(client: httpx.Client, toy: ToyFake) -> None:
    """A refused reset resets nothing."""
    assert client.post("/_fake/reset").status_code == 403
    assert list(toy.tenants) == [toy.shop]


def test_reset(control: httpx.Client, toy: ToyFake) -> None:
    """A reset empties tenants and the fake's own journal."""
    toy.journal.write("event", "something")
    assert control.post("/reset").status_code == 204
    assert (len(toy.tenants), toy.journal.entries()) == (0, [])


def test_clock(control: httpx.Client) -> None:
    """The clock can be read, and moved by seconds."""
    assert control.get("/clock").json() == {"now": "2026-11-23T10:00:00+00:00"}
    moved = control.post("/clock/advance", json={"seconds": 90.5})
    assert moved.json() == {"now": "2026-11-23T10:01:30.500000+00:00"} == control.get("/clock").json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"seconds": -1}', "seconds: "),
        (b'{"seconds": NaN}', "seconds: "),
        (b'{"seconds": 1e300}', "seconds: "),
        (b'{"seconds": "soon"}', "seconds: "),
        (b"{}", "seconds: Field required"),
        (b"", "seconds: Field required"),
        (b'{"seconds": 1, "minutes": 2}', "minutes: Extra inputs are not permitted"),
        (b"[]", "the body: "),
        (b"seconds=1", "the body is not JSON: "),
        (b"\xff", "the body is not JSON: "),
        (b'"\\ud800"', "the body is not JSON: "),
        (b'"\xed\xa0\x80"', "the body is not JSON: "),
        (b"[" * 100_000, "the body is not JSON: "),
    ],
)
def test_bad_bodies(control: httpx.Client, body: bytes, field: str) -> None:
    """A body that does not fit gets 400 with the name of the field, and moves nothing."""
    answer = control.post("/clock/advance", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(field)
    assert control.get("/clock").json() == {"now": "2026-11-23T10:00:00+00:00"}


def test_end_of_time(control: httpx.Client) -> None:
    """The clock that is advanced again and again refuses in the end, and still tells the time."""
    decade = 10 * 365 * 86_400
    answers = [control.post("/clock/advance", json={"seconds": decade}) for _ in range(700)]

    assert [answer.status_code for answer in answers] == [200] * 697 + [400] * 3
    assert answers[-1].json()["error"].startswith("the clock stops at 9000-01-01")
    assert control.get("/clock").json()["now"].startswith("899")


def test_arming_a_fault(control: httpx.Client, client: httpx.Client) -> None:
    """A fault is armed by POST, answered 201 with all its fields, and strikes; DELETE disarms what is left."""
    armed = control.post(FAULTS, json={"route": "GET /things", "kind": "status", "times": 2, "status": 503})
    assert armed.status_code == 201
    assert armed.json() == {
        "route": "GET /things",
        "kind": "status",
        "times": 2,
        "status": 503,
        "seconds": 1.0,
        "after": 0,
        "retry_after": "seconds",
        "location": "",
        "id": 1,
        "struck": 0,
    }
    assert client.get("/things").status_code == 503
    assert [(one["id"], one["struck"], one["times"]) for one in control.get(FAULTS).json()] == [(1, 1, 1)]
    assert control.delete(FAULTS).status_code == 204
    assert client.get("/things").status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("status", 500), ("edge", 403)])
def test_status_left_out(control: httpx.Client, client: httpx.Client, kind: str, status: int) -> None:
    """The answer to arming says which status a fault has when none was asked for."""
    assert control.post(FAULTS, json={"route": "*", "kind": kind}).json()["status"] == status
    assert client.get("/things").status_code == status


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"route": "*", "kind": "explode"}, "unknown fault kind 'explode'; known kinds: "),
        ({"route": "*", "kind": "status", "status": 700}, "status must be 200 to 599, not 700"),
        (
            {"route": "*", "kind": "edge", "status": 404},
            "no edge answers 404 by itself; what it answers: 200, 403",
        ),
        ({"route": "*", "kind": "status", "status": -1}, "status: "),
        ({"route": "*", "kind": "drop"}, "Toy has no faults of the kind 'drop': it sends no webhooks"),
        (
            {"route": "GET /thigns", "kind": "status"},
            "nothing here matches the route 'GET /thigns'; nearest: GET /things",
        ),
        ({"route": "", "kind": "status"}, "route: "),
        ({"kind": "status"}, "route: Field required"),
        ({"route": "*", "kind": "status", "color": "red"}, "color: Extra inputs are not permitted"),
    ],
)
def test_bad_faults(control: httpx.Client, toy: ToyFake, body: dict[str, Any], text: str) -> None:
    """A fault that cannot be gets 400 with what was wrong, and is not armed."""
    answer = control.post(FAULTS, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(text)
    assert toy.shop.faults.armed() == []


@pytest.mark.parametrize(("method", "path"), [("POST", "faults"), ("DELETE", "faults"), ("GET", "journal")])
def test_unknown_tenant(control: httpx.Client, method: str, path: str) -> None:
    """A call about a tenant that is not there gets 404 with its id."""
    answer = control.request(method, f"/shops/nobody/{path}", json={"route": "*", "kind": "reset"})
    assert (answer.status_code, answer.json()) == (404, {"error": "there is no tenant 'nobody' here"})


def test_journal_of_a_tenant(control: httpx.Client, client: httpx.Client) -> None:
    """The journal tells a tenant's requests with method, path, query, status and body; control calls are not in it."""
    client.post("/things?a=1", content=b"hello")
    [entry] = control.get(JOURNAL).json()
    assert (entry["number"], entry["kind"], entry["what"]) == (1, "request", "POST /things?a=1")
    assert entry["details"] == {
        "method": "POST",
        "path": "/things",
        "host": "toy",
        "authorized": False,
        "user_agent": client.headers["User-Agent"],
        "status": 201,
        "body": "hello",
        "answer": "",
        "fault": "",
        "ignored": [],
    }


def test_secrets_of_a_tenant(control: httpx.Client, client: httpx.Client, toy: ToyFake) -> None:
    """The control plane, and it alone, gives a tenant's secrets, each once; reading them is no entry of the journal."""
    toy.shop.secrets.add("the-key", "a-password", "")
    toy.shop.secrets.add("the-key")
    before = len(toy.shop.journal.entries())
    assert control.get(f"/shops/{SHOP}/secrets").json() == ["a-password", "the-key"]
    assert client.get(f"/_fake/shops/{SHOP}/secrets").status_code == 403
    assert len(toy.shop.journal.entries()) == before


def test_journal_by_kind(control: httpx.Client, toy: ToyFake) -> None:
    """``?kind=``, once or more, leaves entries of these kinds only, in the order they were written."""
    for kind in ("event", "fault", "action"):
        toy.shop.journal.write(kind, kind)
    found = {
        query: [entry["what"] for entry in control.get(JOURNAL + query).json()]
        for query in ("", "?kind=fault", "?kind=action&kind=event", "?kind=error")
    }
    assert found == {
        "": ["event", "fault", "action"],
        "?kind=fault": ["fault"],
        "?kind=action&kind=event": ["event", "action"],
        "?kind=error": [],
    }


def test_journal_behind_a_number(control: httpx.Client, toy: ToyFake) -> None:
    """``?after=`` leaves later entries only, also across a reset; what is no number is refused."""
    for what in ("first", "second"):
        toy.shop.journal.write("event", what)
    assert [entry["what"] for entry in control.get(f"{JOURNAL}?after=1").json()] == ["second"]
    toy.journal.write("event", "of nobody")
    control.post("/reset")
    toy.journal.write("event", "later")
    assert [entry["what"] for entry in control.get("/journal?after=1").json()] == ["later"]
    toy.tenants.add(toy.shop)
    answer = control.get(f"{JOURNAL}?after=-1")
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "after: a number of an entry is expected, not '-1'"},
    )


def test_unknown_kind(control: httpx.Client) -> None:
    """A kind that no entry has gets 400 with those that there are."""
    answer = control.get(f"{JOURNAL}?kind=fault&kind=gossip")
    assert answer.status_code == 400
    assert answer.json()["error"] == (
        "unknown kind gossip; known kinds: request, unsupported, ignored, error, delivery, event, fault, action"
    )


def test_journal_of_nobody(control: httpx.Client, client: httpx.Client, toy: ToyFake) -> None:
    """What belongs to no tenant stands in the fake's own journal, not in a tenant's."""
    client.get("/things", headers={"X-Shop": "nobody"})
    assert [entry["what"] for entry in control.get("/journal").json()] == ["GET /things"]
    assert toy.shop.journal.entries() == []


def test_unknown_control_call(control: httpx.Client, toy: ToyFake) -> None:
    """A control call nobody knows gets 404 with the nearest one, and counts as no unknown vendor call."""
    answer = control.get("/clocks")
    assert answer.status_code == 404
    assert answer.json()["error"] == (
        "unsupported by the fake: GET /_fake/clocks (nearest known route: GET /_fake/clock)"
    )
    assert toy.journal.entries() == []


def test_tenants_are_forgotten_one_by_one(toy: ToyFake) -> None:
    """A removed tenant is unknown from then on, whoever keeps something about it is told, and the others stay."""
    gone: list[str] = []
    tenants = Tenants[Tenant](lambda tenant: gone.append(tenant.id))
    for name in ("one", "two"):
        tenants.add(Tenant(name, toy.runtime.clock))
    tenants.remove("one")
    assert (gone, [tenant.id for tenant in tenants]) == (["one"], ["two"])
    with pytest.raises(UnknownTenant):
        tenants.get("one")
    with pytest.raises(UnknownTenant):
        tenants.remove("one")
