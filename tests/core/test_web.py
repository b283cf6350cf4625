"""What every request goes through: what is unknown, what fails inside, what is written down."""

import httpx
import pytest

from fakes.core.errors import UnsupportedRequest
from fakes.core.http.inprocess import InProcess
from fakes.core.secrets import fingerprint
from fakes.core.tenants import Runtime
from tests.core.toy import NAME_HEADER, SHOP, ToyFake, application
from tests.fuzz.wire import Raw, send


@pytest.fixture
def strict(runtime: Runtime) -> ToyFake:
    """A toy that raises what it does not know."""
    return ToyFake(runtime, strict=True)


@pytest.fixture
def demanding(strict: ToyFake) -> httpx.Client:
    """A client of the strict toy's shop."""
    return httpx.Client(
        transport=InProcess(application(strict)), base_url="http://toy", headers={NAME_HEADER: SHOP}
    )


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("GET", "/thing", "GET /things"),
        ("DELETE", "/things", "GET /things"),
        ("GET", "/things/", "GET /things"),
        ("GET", "/meetings", "GET /meeting"),
    ],
)
def test_unknown_request(client: httpx.Client, toy: ToyFake, method: str, path: str, nearest: str) -> None:
    """A path or method nobody knows gets 501 with the nearest known route, and the journal says so."""
    answer = client.request(method, path)
    text = f"unsupported by the fake: {method} {path} (nearest known route: {nearest})"
    assert (answer.status_code, answer.json()) == (501, {"error": text})
    assert [(entry.kind, entry.what) for entry in toy.shop.journal.entries()] == [
        ("unsupported", text),
        ("request", f"{method} {path}"),
    ]


def test_strict_raises_what_is_unknown(demanding: httpx.Client, strict: ToyFake) -> None:
    """A strict fake raises an unknown request on the caller's stack, with its own name."""
    with pytest.raises(UnsupportedRequest, match=r"^Toy: unsupported by the fake: GET /thing \(nearest"):
        demanding.get("/thing")
    assert len(strict.shop.journal.entries("unsupported")) == 1


def test_no_way_round_the_checks_by_slashes(toy: ToyFake) -> None:
    """A path that begins with more slashes than one is unknown, the control plane's and the vendor's alike."""
    for path in ("//_fake/clock", "///_fake/clock", "//things"):
        answer = send(application(toy), Raw("GET", path))
        assert answer is not None
        assert (answer.status, answer.json["error"].split(" (")[0]) == (
            501,
            f"unsupported by the fake: GET {path}",
        )
    reset = send(application(toy), Raw("POST", "//_fake/reset"))
    assert reset is not None
    assert (reset.status, len(toy.tenants)) == (501, 1)


@pytest.mark.parametrize("length", ["9" * 30, str(2**63), "999"])
def test_length_that_is_not_true(toy: ToyFake, length: str) -> None:
    """A body is as long as it is, however long it is said to be."""
    answer = send(application(toy), Raw("POST", "/things", body=b"12345", length=length))
    assert answer is not None
    assert (answer.status, answer.json) == (201, {"taken": 5})


def test_fakes_of_one_vendor_share_their_routes(toy: ToyFake, runtime: Runtime) -> None:
    """A second fake is served by the very routes of the first: making one is making its state."""
    assert application(toy).app is application(ToyFake(runtime)).app


def test_error_inside_is_500(client: httpx.Client, toy: ToyFake) -> None:
    """An error inside the fake gets 500 that owns up to it, and stands in the journal with its traceback."""
    answer = client.get("/broken")
    text = "the fake itself failed: ZeroDivisionError: one by nothing"
    assert (answer.status_code, answer.json()) == (500, {"error": text})
    [entry] = toy.shop.journal.entries("error")
    assert entry.what == "GET /broken: ZeroDivisionError: one by nothing"
    assert "on_get_broken" in entry.details["traceback"]


def test_strict_raises_an_error_inside(demanding: httpx.Client, strict: ToyFake) -> None:
    """A strict fake raises its own error on the caller's stack, and the journal has it too."""
    with pytest.raises(ZeroDivisionError, match="one by nothing"):
        demanding.get("/broken")
    assert len(strict.shop.journal.entries("error")) == 1


def test_long_bodies_are_cut_in_the_journal(client: httpx.Client, toy: ToyFake) -> None:
    """The journal keeps the first 4,000 characters of a body; the route gets all of it."""
    assert client.post("/things", content=b"x" * 5_000).json() == {"taken": 5_000}
    [entry] = toy.shop.journal.entries("request")
    assert entry.details["body"] == "x" * 4_000


@pytest.mark.parametrize("before", [3_940, 3_980, 3_999, 0])
def test_no_half_secret_stays_in_the_journal(client: httpx.Client, toy: ToyFake, before: int) -> None:
    """A secret that lies across the journal's cut leaves no first half behind."""
    secret = "s3cr3t-" * 9
    toy.shop.secrets.add(secret)
    client.post("/things", content=b"x" * before + secret.encode())
    [entry] = toy.shop.journal.entries("request")
    assert "s3cr3t" not in entry.details["body"]
    assert entry.details["body"].lstrip("x") == fingerprint(secret)[: 4_000 - before]


def test_body_that_is_no_text(client: httpx.Client, toy: ToyFake) -> None:
    """A body that is no UTF-8 is served, and shown in the journal with marks for what could not be read."""
    assert client.post("/things", content=b"\xffx").json() == {"taken": 2}
    assert toy.shop.journal.entries("request")[0].details["body"] == "\ufffdx"
