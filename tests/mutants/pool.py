"""Runs rows of the features against broken integrations, in several processes that have collected the features once."""

import queue
import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self, TypeVar

from harness.evidence.record import Record
from harness.worlds.abilities import EXTRA
from harness.worlds.registry import RUNNING_COMMANDS
from tests.meta.forked import ForkedFeatures, forked_features

WHOLE = "change_nothing"
WORLDS = ("memory", "http")
DEADLINE = 8.0
"""Seconds that the http world waits for something to be seen: an integration that is whole needs half of that."""
LONGEST_IN_MEMORY = 900
"""Seconds: three days without Klaviyo, minute by minute, take several minutes."""
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Row:
    """A row of the features in a world, by the name of its test and the id that tells it from the test's other rows."""

    test: str
    id: str
    record: Record

    @property
    def name(self) -> str:
        """Its name as a mutant gives it: ``test[words]``."""
        words = "-".join(self.record.row)
        return f"{self.test}[{words}]" if words else self.test


@dataclass(frozen=True)
class Ran:
    """What became of a row with an integration: ``step`` is where it failed, ``reason`` why."""

    mutant: str
    row: str
    outcome: str
    step: str
    reason: str
    seconds: float


def rows_of(features: ForkedFeatures) -> list[Row]:
    """Return all rows of all worlds of the process."""
    return [Row(*one) for one in features.rows()]


def named(name: str, world: str, rows: Iterable[Row]) -> list[Row]:
    """Return the rows that ``name`` means in ``world``, as ``ForkedFeatures.run`` understands it."""
    test, _, words = name.partition("[")
    return [
        row
        for row in rows
        if row.test == test and row.record.world == world and words.removesuffix("]") in row.id
    ]


def run(features: ForkedFeatures, mutant: str, row: str, world: str, deadline: float = DEADLINE) -> Ran:
    """Run one row against one integration."""
    begun = time.monotonic()
    command = shlex.join([sys.executable, "-m", "tests.mutants", mutant])
    try:
        if world in RUNNING_COMMANDS:
            done = features.run(
                row, world=world, integration=command, extra=EXTRA, deadline=deadline, until_red=True
            )
        else:
            done = features.run(row, world=world, mutant=mutant, longest=LONGEST_IN_MEMORY)
    except AssertionError as ended:
        return Ran(mutant, row, "not run", "", str(ended), time.monotonic() - begun)
    taken = time.monotonic() - begun
    if not done.records:
        return Ran(mutant, row, "not run", "", "there is no such row", taken)
    [record, *_] = [one for one in done.records if one.outcome != "passed"] or done.records
    return Ran(mutant, row, record.outcome, failed_step(record), record.reason, taken)


def failed_step(record: Record) -> str:
    """Return the step at which a scenario failed, ``""`` when it did not."""
    steps = [f"{step.keyword} {step.text}" for step in record.steps if step.outcome == "failed"]
    return steps[0] if steps else ("at its end" if record.outcome == "failed" else "")


class Pool:
    """So many processes, each with a thread that hands it one piece of work after the other."""

    def __init__(self, jobs: int) -> None:
        """Start nothing yet."""
        self._jobs = jobs
        self._all: list[ForkedFeatures] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Start the processes."""
        self._all = [
            self._open.enter_context(forked_features(*WORLDS, LONG_TESTS="1")) for _ in range(self._jobs)
        ]
        return self

    def __exit__(self, *_: object) -> None:
        """End them."""
        self._open.close()

    @property
    def first(self) -> ForkedFeatures:
        """One of them."""
        return self._all[0]

    def each(self, work: Callable[[ForkedFeatures, T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield what ``work`` makes of each item, in the order in which it is done; raise what it raises."""
        todo: queue.SimpleQueue[T] = queue.SimpleQueue()
        done: queue.SimpleQueue[R | BaseException] = queue.SimpleQueue()
        waiting = 0
        for item in items:
            todo.put(item)
            waiting += 1

        def take(features: ForkedFeatures) -> None:
            while True:
                try:
                    item = todo.get_nowait()
                except queue.Empty:
                    return
                try:
                    done.put(work(features, item))
                except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                    done.put(error)
                    return

        for features in self._all:
            threading.Thread(target=take, args=[features], daemon=True).start()
        for _ in range(waiting):
            came = done.get()
            if isinstance(came, BaseException):
                raise came
            yield came
