"""What the gate excuses in the local worlds, and where a scenario's evidence is kept."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.evidence.record import Record
from harness.plugin.item import RECORD, evidence_folder, note_evidence
from harness.signoff.reconcile import unexcused


def left_out(world: str, *tags: str) -> Record:
    """Return the record of a scenario that was not run."""
    return Record("a.feature", "", "It happens", (), world, tags, outcome="not run", reason="because")


def test_what_a_world_lacks_is_an_excuse_and_nothing_else() -> None:
    """A scenario may be left out for a capability that its world lacks, not for one that it has, nor without a need."""
    assert unexcused([left_out("memory", "needs-pages", "needs-faults")]) == []
    for tags in ([], ["needs-faults"], ["UPG-01"]):
        [found] = unexcused([left_out("memory", *tags)])
        assert found == "not run without need in memory: a.feature: It happens (because)"


def test_what_the_integration_is_not_asked_for_is_an_excuse_in_that_world() -> None:
    """An ability that the integration under test lacks in one world excuses nothing in another."""
    lacking = {"http": {"faults"}, "memory": set[str]()}
    records = [left_out("http", "needs-faults"), left_out("memory", "needs-faults")]
    [found] = unexcused(records, (), lacking.__getitem__)
    assert found.startswith("not run without need in memory")


def test_a_world_that_is_missing_here_is_an_excuse() -> None:
    """Where a world cannot be run on this machine, its scenarios are excused, and no others."""
    [found] = unexcused([left_out("http"), left_out("memory")], {"http"})
    assert found.startswith("not run without need in memory")


@pytest.mark.parametrize(("pack", "root"), [(None, "here/kept"), (Path("pack"), "pack")])
def test_evidence_is_kept_by_world_feature_and_row(pack: Path | None, root: str) -> None:
    """Each row of a scenario has a folder of its own, in the pack if there is one, by names that any system can have."""
    record = Record("upgrade/keys.feature", "", "A key: “Custom”", ("Full Access", "1"), "browser", ())
    options = {"--signoff": pack, "--evidence": Path("kept")}
    config = SimpleNamespace(rootpath=Path("here"), getoption=options.__getitem__)
    item: Any = SimpleNamespace(stash={RECORD: record}, config=config)

    folder = evidence_folder(item)
    assert folder == Path(root, "evidence/browser/upgrade/keys/a-key-custom-full-access-1")
    note_evidence(item, [folder / "1.png"])
    assert record.evidence == ["evidence/browser/upgrade/keys/a-key-custom-full-access-1/1.png"]
