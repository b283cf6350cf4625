"""Runs tests in this process, and scenarios of ``tests/meta`` in forks of it instead of a process of their own."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from _pytest.runner import SetupState

import tests.conftest
from harness.evidence.record import Record
from tests.meta import fork_each
from tests.meta.forked import DEADLINE, ForkedFeatures, Run

LONGEST = 120
"""Seconds for the scenarios of one broken rule."""


class Reports:
    """Says which of the tests failed, in whatever phase."""

    def __init__(self) -> None:
        """Start with none."""
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed:
            self.failed.add(report.nodeid)


def run(session: pytest.Session, items: list[pytest.Item], *, to_the_end: bool = False) -> Iterator[float]:
    """Run the tests one by one, until one fails unless ``to_the_end``.

    Yields the seconds of the processor that each took, with those of the processes it waited for; -1 for a failed one.
    """
    reports = Reports()
    session.config.pluginmanager.register(reports)
    for item, following in zip(items, [*items[1:], None], strict=True):
        began = sum(os.times()[:4])
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        yield -1 if item.nodeid in reports.failed else sum(os.times()[:4]) - began
        if reports.failed and not to_the_end:
            return


def first_failure(session: pytest.Session, items: list[pytest.Item]) -> str | None:
    """Return the first of the tests that fails."""
    for item, seconds in zip(items, run(session, items), strict=False):
        if seconds < 0:
            return item.nodeid
    return None


class InForks:
    """Stands in for ``ForkedFeatures``: scenarios run in forks of this process, which may be a mutant of itself."""

    def __init__(self, session: pytest.Session, asked: Callable[[set[str]], None]) -> None:
        """Take scenarios from ``session``; ``asked`` hears which were asked for."""
        items = [one for one in session.items if one.nodeid.startswith("features/")]
        self._session = cast("pytest.Session", SimpleNamespace(items=items, config=session.config))
        self._real, self._asked = session, asked

    def run(self, *scenarios: str, mutant: str | None = None, world: str = "memory", **how: Any) -> Run:
        """Run the scenarios of these names."""
        request = {"first_row": False, "integration": None, "deadline": DEADLINE} | how
        request |= {"extra": [], "until_red": bool(mutant), "longest": LONGEST, "seed": 0}
        request |= {"scenarios": scenarios, "mutant": mutant, "world": world}
        self._asked({one.nodeid for one in fork_each._chosen(self._session, request)})  # noqa: SLF001 - its own forks
        with self._nothing_set_up():
            answer = json.loads(fork_each._in_a_fork(self._session, request))  # noqa: SLF001 - its own forks
        if "ended" in answer:
            raise AssertionError(answer)
        records = tuple(Record.from_json(json.dumps(one)) for one in answer["records"])
        return Run(records, "\n".join(answer["tracebacks"]))

    @contextlib.contextmanager
    def _nothing_set_up(self) -> Iterator[None]:
        """Let the fork begin as if no test were running, which here the one that asks is."""
        real, state = self._real._setupstate, SetupState()  # noqa: SLF001 - pytest has no public way
        setattr(self._real, "_setupstate", state)  # noqa: B010 - as above
        try:
            yield
        finally:
            setattr(self._real, "_setupstate", real)  # noqa: B010 - as above


def fork_this_process(session: pytest.Session, asked: Callable[[set[str]], None] = lambda _ids: None) -> None:
    """Let the fixture ``features`` run its scenarios in forks of this process."""

    @contextlib.contextmanager
    def here() -> Iterator[ForkedFeatures]:
        yield cast("ForkedFeatures", InForks(session, asked))

    setattr(tests.conftest, "forked_features", here)  # noqa: B010 - conftest imports it from tests.meta.forked
