"""A session of pytest that collects once, and then finds out for each mutant whether a test notices it."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import playwright.sync_api  # noqa: F401 - once here, not in each fork
import pytest

import tests.meta.small_project
import tests.meta.test_plugins
from scripts.mutation.apply import LiveFunctions, link_tree
from scripts.mutation.forks import Died, TookTooLong, in_a_fork
from scripts.mutation.mutants import ROOT, Mutant
from scripts.mutation.results import KILLED, NOT_REACHED, SURVIVED, TOOK_TOO_LONG, Result
from scripts.mutation.running import first_failure, fork_this_process
from scripts.mutation.selection import Selection, look

LONGEST = 20.0
"""Seconds of tests for one mutant, one row of each test first."""

LONGEST_LOOK = 900.0
OUTSIDE = ("tests/meta/test_runs.py", "tests/meta/test_plugins.py")
"""Tests that run pytest in a project of four scenarios: the only ones that see what the plugins do around a run."""

OPTIONS = (
    *("-n", "0", "-q", "-s", "--tb=short", "--world", "memory", "--evidence", "build/mutation/evidence"),
    *("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:randomly"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # the harness is imported here already
)


class Judging:
    """The plugin: ``mutants`` are judged, and ``say`` hears each result."""

    def __init__(self, mutants: list[Mutant], say: Callable[[Result], None]) -> None:
        """Take what is to be judged."""
        self._mutants, self._say = mutants, say

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find out which tests reach what, then judge one mutant after the other."""
        folders = sorted({str(Path(one.path).parent) for one in self._mutants})
        found = in_a_fork(lambda: look(session, session.items, folders), LONGEST_LOOK)
        selection = Selection(found)
        print(f"left out, for they fail without a mutant: {selection.failed or 'none'}")  # noqa: T201 - a program
        judge = _Judge(session, selection)
        for mutant in self._mutants:
            self._say(judge.judge(mutant))
        return True


class _Judge:
    """Tries the tests that may notice a mutant, the cheapest kind first, each kind in a fork of its own."""

    def __init__(self, session: pytest.Session, selection: Selection) -> None:
        self._session, self._selection = session, selection
        self._items = {item.nodeid: item for item in session.items}
        self._functions = LiveFunctions()

    def judge(self, mutant: Mutant) -> Result:
        if mutant.function is None or not self._functions.can_change(mutant):
            return self._anew(mutant)
        tests = self._selection.reaching(mutant, LONGEST)
        broken = self._selection.by_broken_rules(mutant, LONGEST)
        outside = self._outside(mutant)
        if not tests and not broken and not outside:
            return Result.of(mutant, NOT_REACHED)
        for chosen, prepare in ((tests, None), (broken, None), (outside, self._use_links)):
            if chosen and (result := self._try(mutant, chosen, prepare)).outcome != SURVIVED:
                return result
        return Result.of(mutant, SURVIVED, tests=len(tests) + len(broken) + len(outside))

    def _try(
        self, mutant: Mutant, tests: list[str], prepare: Callable[[Mutant, Path], None] | None
    ) -> Result:
        def work() -> Any:
            self._functions.change(mutant)
            fork_this_process(self._session)
            if prepare is not None:
                prepare(mutant, Path(aside) / "tree")
            return [first_failure(self._session, [self._items[one] for one in tests])]

        with tempfile.TemporaryDirectory() as aside:
            try:
                [by] = in_a_fork(work, 20 + 3 * self._selection.seconds(tests))
            except TookTooLong:
                return Result.of(mutant, TOOK_TOO_LONG)
            except Died as died:
                return Result.of(mutant, KILLED, by=f"it ends the process: {died}")
        return Result.of(mutant, KILLED if by else SURVIVED, by=by or "", tests=len(tests))

    def _outside(self, mutant: Mutant) -> list[str]:
        """Return the tests that run the harness in a process of its own, if it is the harness that is changed."""
        if not mutant.path.startswith("harness/"):
            return []
        return [one for one in self._selection.quick() if one.startswith(OUTSIDE)]

    @staticmethod
    def _use_links(mutant: Mutant, folder: Path) -> None:
        link_tree(folder, mutant)
        for module in (tests.meta.small_project, tests.meta.test_plugins):
            module.ROOT = folder  # type: ignore[attr-defined] # imported there from small_project

    def _anew(self, mutant: Mutant) -> Result:
        """Judge what is executed on import, in a process that imports everything anew."""
        chosen = [*self._selection.reaching(mutant, LONGEST), *self._outside(mutant)]
        if not chosen:
            return Result.of(mutant, NOT_REACHED)
        with tempfile.TemporaryDirectory() as aside:
            folder = Path(aside) / "tree"
            link_tree(folder, mutant)
            command = [sys.executable, "-m", "pytest", "-x", *OPTIONS, *chosen]
            try:
                done = subprocess.run(  # noqa: S603 - our own command
                    command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
                )
            except subprocess.TimeoutExpired:
                return Result.of(mutant, TOOK_TOO_LONG)
        if done.returncode == pytest.ExitCode.OK:
            return Result.of(mutant, SURVIVED, tests=len(chosen))
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return Result.of(mutant, KILLED, by=(failed or ["it cannot be imported"])[0][:200])


def judge_all(mutants: list[Mutant], tests_of: list[str], say: Callable[[Result], None]) -> None:
    """Judge the mutants by these tests, in a session of pytest in this process."""
    pytest.main([*OPTIONS, *tests_of, "--rootdir", str(ROOT)], plugins=[Judging(mutants, say)])
