"""Evidence as it is written: each thing with the step in which it happened, and nothing of it spoilt by what is taken out."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from harness.actors.api.timeline import Entry
from harness.evidence.record import Record, StepOutcome, StepRecord
from harness.plugin.evidence import Course, evidence_of
from harness.redaction import MASK, in_every_text, redact
from harness.values import Picture


def course(*outcomes: StepOutcome, noted: int, shown: list[int], pictures: list[Picture]) -> Course:
    """Return what was noted of a scenario whose steps ended so: one thing happened in each, and one after the last."""
    steps = [StepRecord("When", f"step {number}", outcome) for number, outcome in enumerate(outcomes, 1)]
    record = Record("f.feature", "", "S", (), "memory", ("UPG-01",), steps, "passed")
    entries = [[Entry("action", "Gladly", "Sam", f"in step {number}", 0.0)] for number in range(1, noted + 1)]
    entries.append([Entry("action", "Gladly", "Sam", "after", 0.0)])
    return Course(record, seconds=[0.1] * noted, shown=shown, pictures=pictures, entries=entries)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Picture]:
    """Return three pictures, the last of which is equal to the first."""
    found = []
    for number, colour in enumerate(("red", "blue", "red")):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (8, 8), colour).save(path)
        found.append(Picture(path, f"page {number}"))
    return found


def told(evidence: dict[str, Any]) -> tuple[list[list[str]], list[list[str]], list[str]]:
    """Return what happened in each step, which pages were shown in each, and what happened after."""
    happened = [[one["what"] for one in step["entries"]] for step in evidence["steps"]]
    shown = [[one["page"] for one in step["pictures"]] for step in evidence["steps"]]
    return happened, shown, [one["what"] for one in evidence["after"]]


def test_each_step_has_what_happened_in_it(tmp_path: Path, pictures: list[Picture]) -> None:
    """A picture that shows nothing new is not shown again; what came last stands after the steps."""
    whole = course("passed", "passed", noted=2, shown=[0, 1, 3], pictures=pictures)
    assert told(evidence_of(whole, tmp_path)) == (
        [["in step 1"], ["in step 2"]],
        [["page 0"], ["page 1"]],
        ["after"],
    )
    assert len(list((tmp_path / "evidence" / "pictures").iterdir())) == 2


def test_a_step_that_was_never_run_has_nothing(tmp_path: Path, pictures: list[Picture]) -> None:
    """What came after the step that failed stands after the steps, not with the next one, and its picture is kept."""
    Image.new("RGB", (8, 8), "green").save(pictures[2].path)
    broken = course("passed", "failed", "not run", noted=2, shown=[0, 1, 2], pictures=pictures)
    assert told(evidence_of(broken, tmp_path)) == (
        [["in step 1"], ["in step 2"], []],
        [["page 0"], ["page 1", "page 2"], []],
        ["after"],
    )


def test_what_was_shown_in_a_step_that_ended_unnoted_is_its_own(
    tmp_path: Path, pictures: list[Picture]
) -> None:
    """A step that is skipped or has no definition is not noted: the pictures behind the last noted step are its own."""
    skipped = course("passed", "not run", noted=1, shown=[0, 1], pictures=pictures[:2])
    assert told(evidence_of(skipped, tmp_path))[1] == [["page 0"], ["page 1"]]


def test_taking_out_a_token_leaves_the_rest() -> None:
    """What is taken out of one text takes nothing of its neighbours along."""
    entry = {"request": "got Bearer abcdef123456", "status": 401, "what": "x y", "none": None}
    assert in_every_text([entry], redact) == [{**entry, "request": f"got Bearer {MASK}"}]
