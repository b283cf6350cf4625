"""How far a sign-off is, while it runs: worlds and chapters, in the place of pytest's dots.

On a terminal a table that grows; elsewhere, as in CI, a line when a chapter of a world is done, and at each tenth. It counts
the records that come with the reports, so it is the same under xdist. ``-v`` and ``-q`` are left to pytest.
"""

import os
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import pytest
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from harness.evidence.record import PROPERTY, Record
from harness.plugin.gate import is_worker
from harness.plugin.options import chosen_worlds
from harness.signoff.inventory import declared
from harness.worlds.registry import LIVE

CHAPTERS = {
    "upgrade": "The upgrade",
    "testing": "Testing the steps",
    "promises": "What the app promises",
    "trouble": "When something goes wrong",
}
"""What the folders of features are about."""
OTHER = "Features"
MOST_FAILURES = 20
"""How many failures are told at once: the summary has them all."""
TENTHS = 10
Cell = tuple[str, str]


@dataclass
class Tally:
    """How many scenarios each world and chapter has, and how those that are done ended."""

    expected: Counter[Cell]
    done: dict[Cell, Counter[str]] = field(default_factory=dict)

    def add(self, record: Record) -> Cell:
        """Count a record, and return its world and chapter."""
        cell = (record.world, chapter_of(record.feature))
        self.done.setdefault(cell, Counter())[record.outcome] += 1
        return cell

    @property
    def worlds(self) -> list[str]:
        """The worlds in their order."""
        return list(dict.fromkeys(world for world, _ in self.expected))

    @property
    def chapters(self) -> list[str]:
        """The chapters in the order of ``CHAPTERS``, and any others after them."""
        found = dict.fromkeys(chapter for _, chapter in self.expected)
        known = [chapter for chapter in CHAPTERS.values() if chapter in found]
        return [*known, *(chapter for chapter in found if chapter not in known)]

    @property
    def total(self) -> Counter[str]:
        """How all that are done ended."""
        return sum(self.done.values(), Counter())

    @property
    def tenth(self) -> int:
        """How many tenths of all are done."""
        return self.total.total() * TENTHS // (self.expected.total() or 1)

    def is_done(self, cell: Cell) -> bool:
        """Say whether all of a world's chapter is done."""
        return self.done[cell].total() == self.expected[cell]

    def said(self, cell: Cell) -> str:
        """Return in words how far a world's chapter is."""
        ended = self.done.get(cell, Counter())
        return f"{ended.total()} of {self.expected[cell]}{besides(ended)}"


def besides(ended: Counter[str]) -> str:
    """Return in words how many did not pass."""
    return "".join(f", {ended[outcome]} {outcome}" for outcome in ("failed", "not run") if ended[outcome])


def chapter_of(feature: str) -> str:
    """Return the chapter that a feature belongs to: what its folder is about."""
    folder = feature.rpartition("/")[0]
    return CHAPTERS.get(folder, folder or OTHER)


def tally_of(worlds: list[str]) -> Tally:
    """Return a tally of all declared scenarios in ``worlds``, of which none is done."""
    return Tally(Counter((world, chapter_of(one.feature)) for world in worlds for one in declared()))


class Lines:
    """Tells by plain lines."""

    def __init__(self, tally: Tally, write: Callable[[str], None]) -> None:
        """Write each line by ``write``."""
        self._tally, self._write, self._told = tally, write, 0

    def show(self, cell: Cell) -> None:
        """Tell that a chapter of a world is done, or that another tenth of all is."""
        if self._tally.is_done(cell):
            self._write(f"{cell[0]}: {cell[1]}: {self._tally.said(cell)}")
        if self._tally.tenth > self._told:
            self._told, total = self._tally.tenth, self._tally.total
            everything = self._tally.expected.total()
            self._write(f"{self._told * 10:3} %: {total.total()} of {everything} scenarios{besides(total)}")

    def say(self, line: str) -> None:
        """Write a line."""
        self._write(line)

    def pause(self) -> None:
        """Do nothing: there is no table in the way."""


class LiveTable:
    """Tells by a table that is drawn anew in its place. It is drawn only between tests: pytest captures what is printed."""

    def __init__(self, tally: Tally, console: Console) -> None:
        """Draw on ``console``, from the first record on."""
        self._tally, self._console = tally, console
        self._live: Live | None = None

    def show(self, cell: Cell) -> None:  # noqa: ARG002 - the table shows all
        """Draw the table as it is now."""
        if self._live is None:
            self._console.line()
            self._live = Live(
                console=self._console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
            )
            self._live.start()
        self._live.update(table_of(self._tally), refresh=True)

    def say(self, line: str) -> None:
        """Write a line above the table."""
        self._console.print(Text(line, "red"))

    def pause(self) -> None:
        """Leave the table as it stands, so that somebody else can write below it."""
        if self._live is not None:
            self._live.stop()
            self._live = None


def table_of(tally: Tally) -> Table:
    """Return the table: a row for each chapter, a column for each world."""
    table = Table(title="Sign-off", title_justify="left")
    table.add_column("chapter")
    for world in tally.worlds:
        table.add_column(world)
    for chapter in tally.chapters:
        table.add_row(chapter, *(_cell(tally, (world, chapter)) for world in tally.worlds))
    return table


def _cell(tally: Tally, cell: Cell) -> Text:
    ended = tally.done.get(cell, Counter())
    colour = "red" if ended["failed"] else "green" if ended.total() == tally.expected[cell] else ""
    return Text(tally.said(cell), colour)


class Progress:
    """Listens to the reports, and keeps pytest from printing its dots."""

    def __init__(self, tally: Tally, view: Lines | LiveTable) -> None:
        """Show ``tally`` by ``view``."""
        self._tally, self._view = tally, view

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, tuple[str, str, object], tuple[str, str, str]]:
        """Let no letter stand for a test: pytest counts it all the same."""
        category, _, _ = yield
        return category, "", ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the record that comes with a report."""
        for name, text in report.user_properties:
            if name == PROPERTY:
                record = Record.from_json(str(text))
                cell = self._tally.add(record)
                if record.outcome == "failed" and self._tally.total["failed"] <= MOST_FAILURES:
                    self._view.say(f"failed in {record.world}: {record.feature}: {_title(record)}")
                self._view.show(cell)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, error: object) -> None:
        """Make room for what xdist says of a worker that died."""
        if error:
            self._view.pause()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Leave the table as it stands when the tests are over, whatever ended them."""
        try:
            return (yield)
        finally:
            self._view.pause()


def _title(record: Record) -> str:
    return f"{record.name} [{' | '.join(record.row)}]" if record.row else record.name


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Show the progress of a sign-off, unless ``-v`` or ``-q`` asks for pytest's own way of telling."""
    config = session.config
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if config.getoption("--signoff") is None or is_worker(config) or reporter is None:
        return
    if config.get_verbosity() or config.option.collectonly:
        return
    reporter.showfspath = False
    tally = tally_of(chosen_worlds(config))
    view: Lines | LiveTable = Lines(tally, reporter.write_line)
    if has_room_for_a_table(config, is_terminal=reporter.isatty()):
        view = LiveTable(tally, Console(highlight=False))
    config.pluginmanager.register(Progress(tally, view), "acceptance-progress")


def has_room_for_a_table(config: pytest.Config, *, is_terminal: bool) -> bool:
    """Say whether a table can be drawn anew: on a terminal on which nobody else writes or asks meanwhile."""
    is_plain = bool(os.environ.get("CI")) or os.environ.get("TERM") == "dumb"
    return (
        is_terminal and not is_plain and config.option.capture != "no" and LIVE not in chosen_worlds(config)
    )
