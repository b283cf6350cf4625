"""Whatever is sent to any route of the fakes: no failure, no hang, nothing lost, nobody else touched."""

import pytest

from tests.fuzz.sides import SIDES
from tests.fuzz.storm import Storm, told
from tests.fuzz.wire import Raw

SEEDS, EACH = 6, 1_800
"""With both sides 21,600 requests."""


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("name", SIDES)
def test_nothing_fails_and_nothing_is_lost(name: str, seed: int) -> None:
    """So many requests get answers in good form, below 500 unless meant; what is kept reads the same.

    They get behind the checks: a quarter of the routes answers some of them with success.
    """
    storm = Storm(name, seed)
    failure = storm.blow(EACH)

    assert failure is None, told(storm, failure)
    assert len([step for step in storm.steps if step is not None]) == EACH
    assert len(storm.side.kept) + len(storm.side.theirs) > 4
    assert len(storm.reached) * 4 > len(storm.requests.routes)


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

    monkeypatch.setattr("fakes.core.control._ClockFace.on_get", failing)
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
