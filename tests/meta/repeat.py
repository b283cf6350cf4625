# ruff: noqa: T201 - a command
"""``python -m tests.meta.repeat``: rows of the features again and again, each time with another seed, side by side.

What is red in one run and green in another, with the same seed or not, is a defect of the suite or of the integration: it is
told with the seed that brings it back. Exit code 0 when all were green, 1 otherwise.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from harness.worlds.abilities import EXTRA
from harness.worlds.registry import RUNNING_COMMANDS
from tests.meta.forked import DEADLINE, ForkedFeatures
from tests.mutants.pool import Pool


@dataclass(frozen=True)
class Due:
    """A row that is to be run in a world with a seed."""

    row: str
    world: str
    seed: int


@dataclass(frozen=True)
class Done:
    """What became of it: how many rows were run, and why one was red."""

    due: Due
    rows: int
    why: str


def run(features: ForkedFeatures, due: Due) -> Done:
    """Run the row once."""
    done = features.run(due.row, world=due.world, deadline=DEADLINE, extra=EXTRA, seed=due.seed)
    red = [f"{one.name} {one.row}: {one.reason}" for one in done.records if one.outcome == "failed"]
    ran = sum(one.outcome != "not run" for one in done.records)
    return Done(due, ran, done.text or "; ".join(red))


def main(words: Sequence[str]) -> int:
    """Run every row as often as asked and say what was red."""
    given = _arguments(words)
    begun, rows, red = time.monotonic(), Counter[str](), list[Done]()
    due = [
        Due(row, world, seed)
        for seed in range(given.first, given.first + given.times)
        for world in given.world
        for row in given.rows
    ]
    with Pool(given.jobs) as pool:
        for done in pool.each(run, due):
            rows[f"{done.due.row} in the {done.due.world} world"] += done.rows
            red += [done] if done.why else []
            print("." if not done.why else f"\n{_told(done)}", end="", flush=True)
    print()
    for what, count in sorted(rows.items()):
        print(f"{what}: run {count} x")
    print(f"{len(due)} runs with {given.times} seeds, {len(red)} red, {time.monotonic() - begun:.0f} s")
    if not all(rows.values()):
        print("some of it was never run: is the name that of a test, as pytest gives it?", file=sys.stderr)
    return 0 if not red and rows and all(rows.values()) else 1


def _told(red: Done) -> str:
    return f"RED with --seed {red.due.seed}, in the {red.due.world} world: {red.why}\n"


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.meta.repeat", description=__doc__)
    parser.add_argument("rows", nargs="+", metavar="ROW", help="test_name, or test_name[words of the row]")
    parser.add_argument("--times", type=int, default=200, help="how many seeds; default: 200")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the first seed; default: 1")
    parser.add_argument(
        "--world", action="append", choices=["memory", *RUNNING_COMMANDS], help="default: memory; repeatable"
    )
    parser.add_argument("--jobs", type=int, default=(os.cpu_count() or 1) + 1, help="processes at a time")
    given = parser.parse_args(words)
    given.world = given.world or ["memory"]
    if given.times < 1 or given.jobs < 1:
        parser.error("--times and --jobs must be at least 1")
    return given


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
