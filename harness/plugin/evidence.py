"""What happened in each step of a scenario, for a sign-off: how long it took, what the systems saw, what the screens showed.

It is written by the process that ran the scenario, once its outcome stands; the record carries where it is.
"""

import time
from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from harness.actors.api.timeline import Entry, lags
from harness.errors import SystemFailed
from harness.evidence.pictures import keep_by_content
from harness.evidence.record import Record, Times
from harness.plugin.item import RECORD, evidence_folder
from harness.redaction import in_every_text, redact, redact_people
from harness.signoff.pack.canonical import compact
from harness.signoff.pack.layout import PICTURES
from harness.values import Picture
from harness.worlds.registry import WORLDS
from harness.worlds.world import World

FORMAT = 1
THOUSANDTHS = 3


@dataclass
class Course:
    """What was noted of a scenario while it ran: ``shown`` is how many pictures there were after each step.

    ``attempt`` counts how often it was begun: each has a record and evidence of its own.
    """

    record: Record
    attempt: int = 1
    began: float = field(default_factory=time.monotonic)
    step_began: float = 0.0
    seconds: list[float] = field(default_factory=list)
    shown: list[int] = field(default_factory=lambda: [0])
    pictures: list[Picture] = field(default_factory=list)
    entries: list[list[Entry]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list, repr=False)

    def step_begins(self) -> None:
        """Note that a step begins."""
        self.step_began = time.monotonic()

    def step_done(self, world: World) -> None:
        """Note what a step took, and what had happened and been shown by its end."""
        self.seconds.append(_seconds_since(self.step_began))
        self.shown.append(len(world.screens.pictures) if world.screens else 0)
        if world.timeline is not None:
            world.timeline.step_done()

    def ends(self, world: World) -> None:
        """Note what only the end of the scenario tells."""
        self.secrets = [*world.secrets(), *world.app.told()]
        self.pictures = list(world.screens.pictures) if world.screens else []
        if world.timeline is not None:
            self.entries = world.timeline.steps()
            self.agents = sorted(world.timeline.agents)

    def as_times(self) -> Times:
        """Return how long it took."""
        return Times(_seconds_since(self.began), self.seconds, lags(self.entries))


COURSE = pytest.StashKey[Course]()


def course_of(item: pytest.Item) -> Course | None:
    """Return what is noted of the scenario; None when nothing is signed off."""
    if item.config.getoption("--signoff") is None or RECORD not in item.stash:
        return None
    record, known = item.stash[RECORD], item.stash.get(COURSE, None)
    if known is None or known.record is not record:
        known = item.stash[COURSE] = Course(record, known.attempt + 1 if known else 1)
    return known


def note_the_end(item: pytest.Item, world: World) -> None:
    """Note what the world tells once all steps are done; one that does not tell it any more has been seen up to there."""
    course = course_of(item)
    if course is not None:
        try:
            course.ends(world)
        except SystemFailed as error:
            item.stash[RECORD].end(
                "failed", f"what happened could not be read at the end: {redact(str(error))}"
            )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write the evidence once all that can fail has failed; the record, which is sent before, names the file already."""
    course = item.stash.get(COURSE, None) if call.when == "teardown" else None
    if course is None:
        return (yield)
    record, pack = item.stash[RECORD], item.config.getoption("--signoff")
    record.times, record.agents = course.as_times(), course.agents
    traces = [path for path in record.evidence if path.endswith(".zip")]
    folder = evidence_folder(item)
    path = folder.with_name(
        f"{folder.name}-{course.attempt}.json" if course.attempt > 1 else f"{folder.name}.json"
    )
    record.evidence = [path.relative_to(pack).as_posix()]
    report = yield
    path.parent.mkdir(parents=True, exist_ok=True)
    clean = partial(redact_people if WORLDS[record.world].goes_live else redact, secrets=course.secrets)
    told = in_every_text(evidence_of(course, pack), clean)
    path.write_text(compact(told | {"traces": traces}), encoding="utf-8")
    return report


def evidence_of(course: Course, pack: Path) -> dict[str, Any]:
    """Return what the file says; docs/signoff.md has its parts. Its pictures are moved to their place in ``pack``."""
    record, noted = course.record, len(course.seconds)
    by_step = zip(record.steps, _by_step(course, pack), strict=True)
    steps = [
        asdict(step) | {"entries": _entries(course, number) if number < noted else [], "pictures": pictures}
        for number, (step, pictures) in enumerate(by_step)
    ]
    return {
        "format": FORMAT,
        **{name: getattr(record, name) for name in ("feature", "rule", "name", "row", "world", "outcome")},
        "steps": steps,
        "after": _entries(course, noted),
        "failure": {"said": record.account or [record.reason]} if record.outcome == "failed" else None,
    }


def _by_step(course: Course, pack: Path) -> list[list[dict[str, Any]]]:
    """Return the pictures of each step: one that shows nothing new stands with the step that showed it first."""
    record = course.record
    whole, noted = len(course.pictures), len(course.seconds)
    is_under_way = not noted or (noted < len(record.steps) and record.steps[noted - 1].outcome != "failed")
    # What was shown after the last step that was noted belongs to the one under way, or to the last.
    bounds = [*course.shown, whole] if is_under_way else [*course.shown[:-1], whole]
    known: set[str] = set()
    found = []
    for step, (start, end) in zip(record.steps, pairwise(bounds), strict=False):
        told = [_picture(one, pack) for one in course.pictures[start:end]]
        fresh = {one["file"]: one for one in told if one["file"] not in known or step.outcome == "failed"}
        known |= fresh.keys()
        found.append(list(fresh.values()))
    return found + [[] for _ in record.steps[len(found) :]]


def _picture(picture: Picture, pack: Path) -> dict[str, Any]:
    kept = keep_by_content(picture.path, pack / PICTURES)
    return {"file": kept.relative_to(pack).as_posix(), "page": picture.page}


def _entries(course: Course, number: int) -> list[dict[str, Any]]:
    """Return what happened in a step; behind the last one that was noted stands what came after it."""
    return [one.as_json() for one in course.entries[number]] if number < len(course.entries) else []


def _seconds_since(moment: float) -> float:
    return round(time.monotonic() - moment, THOUSANDTHS)
