"""How far a sign-off is: what the table and the lines show."""

import io
from collections import Counter

from rich.console import Console

from harness.evidence.record import Outcome, Record
from harness.plugin.progress import CHAPTERS, Lines, LiveTable, Tally, chapter_of, table_of, tally_of

WIDTH = 90


def tally() -> Tally:
    """Return a tally of ten scenarios in one world and two in another."""
    return Tally(
        Counter(
            {("memory", "The upgrade"): 10, ("memory", "Testing the steps"): 8, ("http", "The upgrade"): 2}
        )
    )


def record(world: str, outcome: Outcome) -> Record:
    """Return a record of the upgrade."""
    return Record("upgrade/x.feature", "", "x", (), world, (), outcome=outcome)


def shown(told: Tally) -> str:
    """Return the table as text."""
    console = Console(file=io.StringIO(), width=WIDTH)
    with console.capture() as capture:
        console.print(table_of(told))
    return capture.get()


def test_each_cell_says_how_many_of_how_many() -> None:
    """A row for each chapter in the runbook's order, a column for each world, and what did not pass."""
    told = tally()
    for outcome in ("passed", "failed", "not run"):
        told.add(record("memory", outcome))
    lines = shown(told).splitlines()
    [upgrade] = [line for line in lines if "The upgrade" in line]
    assert "3 of 10, 1 failed, 1 not run" in upgrade
    assert "0 of 2" in upgrade
    assert lines.index(upgrade) < next(index for index, line in enumerate(lines) if "Testing" in line)


def test_lines_come_when_a_chapter_is_done_and_at_each_tenth() -> None:
    """Twenty scenarios make ten lines for the tenths, and one for each chapter that is done."""
    told, lines = tally(), list[str]()
    view = Lines(told, lines.append)
    for world, count in (("http", 2), ("memory", 10)):
        for _ in range(count):
            view.show(told.add(record(world, "passed")))
    assert lines == [
        "http: The upgrade: 2 of 2",
        *(f"{tenth:3} %: {tenth // 5} of 20 scenarios" for tenth in range(10, 60, 10)),
        "memory: The upgrade: 10 of 10",
        " 60 %: 12 of 20 scenarios",
    ]


def test_the_table_is_drawn_in_its_place_and_stays_when_it_pauses() -> None:
    """It is drawn over itself; what is said comes above it, and after a pause the cursor is shown and the table stands."""
    told, drawn = tally(), io.StringIO()
    view = LiveTable(told, Console(file=drawn, force_terminal=True, width=WIDTH))
    for _ in range(2):
        view.show(told.add(record("http", "failed")))
        view.say("failed in http: x")
    view.pause()
    last = drawn.getvalue().rpartition("Sign-off")[2]
    assert "2 of 2, 2 failed" in last
    assert last.endswith("\x1b[?25h")
    assert drawn.getvalue().count("failed in http: x") == 2
    assert "\x1b[1A" in drawn.getvalue()


def test_every_feature_belongs_to_a_chapter_that_has_a_name() -> None:
    """No folder of features is shown by its bare name."""
    assert set(tally_of(["memory"]).chapters) == set(CHAPTERS.values())
    assert chapter_of("x.feature") == "Features"
