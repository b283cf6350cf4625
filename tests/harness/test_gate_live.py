"""What the gate makes of a live run: not run with a reason of the live world is excused, nothing run at all is not."""

from harness.evidence.record import Outcome, Record
from harness.plugin.gate import idle, unexcused
from harness.plugin.live import REASON
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
