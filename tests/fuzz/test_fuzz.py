"""Whatever is sent to any route of the fakes: no failure, no hang, nothing lost, nobody else touched."""

from html import escape
from urllib.parse import urlencode

import pytest

from tests.fuzz.crowd import FORM
from tests.fuzz.sides import SIDES
from tests.fuzz.storm import Storm, told
from tests.fuzz.wire import MARK, Answer, Raw, faults_of, send
from tests.length import sized

SEEDS, EACH = sized(2, 6), 1_700
"""With both sides 6,800 requests; 20,400 at length."""


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", SIDES)
def test_nothing_fails_and_nothing_is_lost(name: str, seed: int) -> None:
    """So many requests get answers in good form, below 500 unless meant; what is kept reads the same.

    They get behind the checks: a quarter of the routes answers some of them with success, of the pages two thirds.
    """
    storm = Storm(name, seed)
    failure = storm.blow(EACH)

    assert failure is None, told(storm, failure)
    assert len([step for step in storm.steps if step is not None]) == EACH
    assert len(storm.side.kept) + len(storm.side.theirs) > 4
    assert len(storm.reached) * 4 > len(storm.requests.routes)
    assert len(storm.reached.intersection(storm.requests.pages)) * 3 > len(storm.requests.pages) * 2


@pytest.mark.parametrize("name", SIDES)
def test_same_seed_same_requests(name: str) -> None:
    """A seed gives the same requests and answers every time."""
    storms = [Storm(name, 3) for _ in range(2)]
    for storm in storms:
        storm.blow(300)

    assert storms[0].steps == storms[1].steps
    assert storms[0].statuses == storms[1].statuses


@pytest.mark.parametrize("name", SIDES)
def test_a_failure_is_found_and_shrunk(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake that fails is caught, with the one request that it takes."""

    def failing(*_: object) -> None:
        raise ZeroDivisionError("one by nothing")

    monkeypatch.setattr("fakes.core.control.plane._ClockFace.on_get", failing)
    storm = Storm(name, 1)
    failure = storm.blow(EACH)

    assert failure is not None
    assert "one by nothing" in failure.what
    story = told(storm, failure)
    assert "; 1 are enough" in story
    assert f"again: python -m tests.fuzz {name} 1 {len(failure.steps)}" in story


@pytest.mark.parametrize("name", SIDES)
def test_a_loss_is_found(name: str) -> None:
    """A tenant that forgets what it accepted, and a stranger who is touched, are caught."""
    for known in ("kept", "theirs"):
        side = Storm(name, 1).side
        side.keep()
        assert side.lost() == ""
        getattr(side, known)[Raw("GET", "/_fake/clock")] = (200, b"long ago")
        assert "changed from (200, b'long ago')" in side.lost()


@pytest.mark.parametrize("name", SIDES)
def test_reset_still_empties_the_fake(name: str) -> None:
    """After a storm the one call that the storm must not make still works, and the fake goes on serving."""
    storm = Storm(name, 2)
    storm.blow(300)
    storm.side.call("POST", "/_fake/reset", None, (("X-Fake-Control", storm.side.fake.control_token),))

    assert len(storm.side.fake.tenants) == 0
    storm.side.keep()
    assert {status for status, _ in storm.side.kept.values()} == {200}


@pytest.mark.parametrize(
    ("status", "header", "body", "wrong"),
    [
        (200, ("Content-Type", "text/html"), f"<!doctype html><p>{MARK}</p></html>", "unescaped text"),
        (200, ("Content-Type", "text/html"), f'<!doctype html><p title="{MARK}"></html>', "unescaped text"),
        (200, ("Content-Type", "text/html"), "{}", "no HTML"),
        (303, ("Location", "//elsewhere.example/"), "", "sent elsewhere"),
        (303, ("Location", "https://elsewhere.example/"), "", "sent elsewhere"),
        (303, ("Location", "/\N{SNOWMAN}"), "", "no server can send"),
        (200, ("Content-Type", "text/html"), f"<!doctype html><p>{escape(MARK)}</p></html>", ""),
        (303, ("Location", "/login?next=%2F"), "", ""),
    ],
)
def test_bad_pages_are_found(status: int, header: tuple[str, str], body: str, wrong: str) -> None:
    """A page with a sent text as markup, what is no page, and a way out of the site are caught; good ones are not."""
    found = faults_of(Answer(status, (header,), body.encode()))
    assert wrong in found
    assert bool(wrong) == bool(found)


@pytest.mark.parametrize("name", SIDES)
def test_sessions_that_end_are_begun_again(name: str) -> None:
    """Who was signed out, and who was deactivated, is in again after ``calm``."""
    side = Storm(name, 1).side
    (headers, _), (out, token) = (
        side.crowd.browser("GET /account"),
        side.crowd.browser("POST /_fake/room/leave"),
    )
    form = urlencode({"form_token": token}).encode()
    send(side.app, Raw("POST", "/_fake/room/leave", headers=(*out, FORM), body=form))
    side.crowd.end_sessions()
    account = Raw("GET", "/account" if name == "gladly" else "/settings/account", headers=headers)
    room = Raw("GET", "/_fake/", headers=out)
    before = side.read(account)[0], side.read(room)[0]
    side.calm()

    assert before == (303, 403)
    assert (side.read(account)[0], side.read(room)[0]) == (200, 200)
