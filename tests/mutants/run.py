# ruff: noqa: T201 - a command
"""``python -m tests.mutants.run``: does the suite catch every broken integration? Exit code 0 if so, 1 if one survives."""

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.worlds.registry import RUNNING_COMMANDS
from tests.mutants import matrix, table
from tests.mutants.pool import DEADLINE, WHOLE, Pool, Ran, Row, named, rows_of, run
from tests.mutants.registry import Mutant, load
from tests.mutants.unknown import explain

CAUGHT, SURVIVED, UNFIT = 0, 1, 2
CRASHED = "Traceback (most recent call last)"
"""What an integration says that does not run: the mistake is the mutant's own, and proves nothing."""


def main(words: Sequence[str]) -> int:
    """Run the whole integration, then each broken one, and print what came of it."""
    given = _arguments(words)
    begun = time.monotonic()
    mutants = {name: one for name, one in load().items() if not given.only or name in given.only}
    with Pool(given.jobs) as pool:
        rows = rows_of(pool.first)
        if wrong := misnamed(mutants.values(), rows):
            return _unfit("these mutants name rows that there are not", wrong)
        if given.matrix:
            return matrix.main(pool, mutants, rows, given.json)
        if not_green := _whole(pool, mutants, given.deadline):
            return _unfit(
                "the integration that is whole is not green here, so red would mean nothing", not_green
            )
        results = _broken(pool, mutants, given.deadline)
    return report(results, mutants, rows, given.json, time.monotonic() - begun)


def misnamed(mutants: Iterable[Mutant], rows: Sequence[Row]) -> list[str]:
    """Return, a line each, which names mean no row or more than one."""
    return [
        f"{one.name}: {name} means {len(found)} rows in the {one.world} world"
        for one in mutants
        for name in one.caught_by
        if len(found := named(name, one.world, rows)) != 1
    ]


def unnamed(mutants: Iterable[Mutant], rows: Sequence[Row]) -> list[str]:
    """Return the rows about the integration contract that no mutant names, each once."""
    known = {named(name, one.world, rows)[0].record.key for one in mutants for name in one.caught_by}
    return sorted(
        {
            f"{row.record.feature}: {row.name}"
            for row in rows
            if row.record.key not in known and any(tag.startswith("CON-") for tag in row.record.tags)
        }
    )


def _whole(pool: Pool, mutants: dict[str, Mutant], deadline: float) -> list[str]:
    """Run each row that is named with the integration that is whole; return those that are not green, the first ones only."""
    due = list(dict.fromkeys((name, one.world) for one in mutants.values() for name in one.caught_by))
    due.sort(key=lambda one: one[1] in RUNNING_COMMANDS)  # what may take long comes first
    print(f"The integration that is whole, {len(due)} rows:", flush=True)
    for ran in pool.each(lambda features, one: run(features, WHOLE, *one, deadline), due):
        _dot()
        if ran.outcome != "passed":
            return [f"{ran.row}: {ran.outcome}: {ran.step}: {ran.reason}"]
    print(" green", flush=True)
    return []


def _broken(pool: Pool, mutants: dict[str, Mutant], deadline: float) -> list[Ran]:
    """Run each mutant's rows; print the lines as they come."""
    due = [(one.name, name, one.world) for one in mutants.values() for name in one.caught_by]
    print(f"{len(mutants)} broken ones, {len(due)} runs:", flush=True)
    results = []
    for ran in pool.each(lambda features, one: run(features, *one, deadline), due):
        _dot("." if is_caught(ran) else "S")
        results.append(ran)
    print(flush=True)
    return results


def is_caught(ran: Ran) -> bool:
    """Say whether the row turned red for what the integration did, not because it did not run at all."""
    return ran.outcome == "failed" and CRASHED not in ran.reason


def report(
    results: list[Ran], mutants: dict[str, Mutant], rows: Sequence[Row], file: Path | None, seconds: float
) -> int:
    """Print the table, write the file, and return the exit code."""
    survivors = [ran for ran in results if not is_caught(ran)]
    idle = unnamed(load().values(), rows)
    print(table.text(results, mutants, survivors, idle))
    print(f"{len(mutants)} mutants, {len({one.mutant for one in survivors})} survive, {seconds:.0f} s")
    if file is not None:
        told = {
            "results": [dataclasses.asdict(ran) | {"caught": is_caught(ran)} for ran in results],
            "unnamed": idle,
            "seconds": round(seconds, 1),
        }
        file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return SURVIVED if survivors else CAUGHT


def _unfit(what: str, lines: list[str]) -> int:
    print(f"\n{what}:", *lines, sep="\n  ", file=sys.stderr)
    return UNFIT


def _dot(sign: str = ".") -> None:
    print(sign, end="", flush=True)


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    cores = os.cpu_count() or 1
    parser.add_argument("--jobs", type=int, default=cores + 1, help="processes at a time; default: cores + 1")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[], help="these mutants alone")
    parser.add_argument(
        "--deadline", type=float, default=DEADLINE, help=f"as of pytest; default: {DEADLINE:g}"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results into this file as well")
    parser.add_argument(
        "--matrix",
        action="store_true",
        help="run every row in the memory world against every mutant, to find rows that catch nothing that others do not",
    )
    given = parser.parse_args(words)
    if unknown := [name for name in given.only if name not in load()]:
        parser.error("; ".join(explain(name, load()) for name in unknown))
    if given.jobs < 1:
        parser.error("--jobs must be at least 1")
    return given


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
