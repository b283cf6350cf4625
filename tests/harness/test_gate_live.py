"""What the gate makes of a live run: not run with a reason of the live world is excused, nothing run at all is not."""

from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import NotRunHere
from harness.evidence.record import Outcome, Record, StepOutcome, StepRecord
from harness.plugin.item import RECORD
from harness.plugin.live import pytest_runtest_call
from harness.signoff.reconcile import REASON, idle, unexcused
from harness.worlds.registry import LIVE


def record(outcome: Outcome, reason: str = "", *, world: str = LIVE, tags: tuple[str, ...] = ()) -> Record:
    """Return how a scenario ended."""
    return Record("a.feature", "", "It happens", (), world, tags, outcome=outcome, reason=reason)


def test_a_reason_of_the_live_world_is_an_excuse() -> None:
    """What turned out not to be possible at a real system is excused; what was skipped by hand is not, nor in other worlds."""
    assert unexcused([record("not run", f"{REASON}nobody is signed in")]) == []
    assert len(unexcused([record("not run", "by hand")])) == 1
    assert len(unexcused([record("not run", f"{REASON}nobody", world="memory")])) == 1


def test_a_live_run_in_which_nothing_was_run_is_no_success() -> None:
    """All left out is a finding; one that was run is none, and other worlds do not count."""
    left_out = record("not run", f"{REASON}nobody is signed in")
    assert idle([left_out]) == ["nothing at all was run at the real systems"]
    assert idle([left_out, record("passed")]) == []
    assert idle([left_out, record("failed")]) == []
    assert idle([record("passed", world="memory"), left_out]) != []
    assert idle([record("not run", world="memory")]) == []


@pytest.mark.parametrize(
    ("keyword", "outcome", "ending"),
    [
        ("Given", "passed", "not run in the live world: no"),
        ("When", "passed", "broke off after something was done: no"),
    ],
)
def test_what_breaks_off_after_it_acted_is_a_failure(keyword: str, outcome: StepOutcome, ending: str) -> None:
    """A scenario that cannot go on once something was done failed; before that it was not run."""
    one = record("not run")
    one.steps = [StepRecord(keyword, "it is so", outcome)]
    item: Any = SimpleNamespace(stash={RECORD: one})
    running: Any = pytest_runtest_call(item)
    next(running)
    with pytest.raises((pytest.skip.Exception, pytest.fail.Exception), match=ending):
        running.throw(NotRunHere("no"))
