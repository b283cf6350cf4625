# ruff: noqa: T201 - a command
"""Every row against every mutant, in one process each and without an end at the first red: which rows catch nothing that others do not."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.evidence.record import Record
from tests.meta.forked import ForkedFeatures
from tests.mutants.pool import WHOLE, Pool, Row
from tests.mutants.registry import Mutant

WORLD = "memory"
LONGEST = 300
"""Seconds for one request: an integration that tries again at once may keep it busy for good."""
AT_ONCE = 40
"""Tests in one request."""


def main(pool: Pool, mutants: Mapping[str, Mutant], rows: Sequence[Row], file: Path | None) -> int:
    """Print the matrix's findings; 0, for it only looks."""
    tests = sorted({row.test for row in rows if row.record.world == WORLD and _tells(row.record)})
    names = {row.record.key: row.name for row in rows}
    print(f"{len(tests)} tests in the {WORLD} world against {len(mutants)} mutants", flush=True)
    slices = [tests[start : start + AT_ONCE] for start in range(0, len(tests), AT_ONCE)]
    whole = [one for _, records in pool.each(_run, [(WHOLE, one) for one in slices]) for one in records]
    if wrong := [names[record.key] for record in whole if record.outcome == "failed"]:
        print("the integration that is whole is not green:", *sorted(wrong), sep="\n  ")
        return 2
    red: dict[str, set[str]] = {name: set() for name in mutants}
    for mutant, records in pool.each(_run, [(name, one) for name in mutants for one in slices]):
        red[mutant] |= {names[record.key] for record in records if record.outcome == "failed"}
        print(".", end="", flush=True)
    print("\n" + text(red, {names[record.key] for record in whole if record.outcome == "passed"}))
    if file is not None:
        told = {mutant: sorted(found) for mutant, found in red.items()}
        file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


def text(red: Mapping[str, set[str]], rows: set[str]) -> str:
    """Return the findings: rows that alone catch a mutant, rows that catch something, rows that catch nothing."""
    alone: dict[str, list[str]] = defaultdict(list)
    for mutant, found in red.items():
        if len(found) == 1:
            alone[next(iter(found))].append(mutant)
    catching = {row for found in red.values() for row in found}
    lines = [
        "rows that alone catch a mutant:",
        *(f"  {row}: {', '.join(alone[row])}" for row in sorted(alone)),
    ]
    lines += ["rows that catch nothing that others do not:"]
    lines += [f"  {row}" for row in sorted(catching - set(alone))]
    lines += ["rows that catch none of these mutants:", *(f"  {row}" for row in sorted(rows - catching))]
    lines += ["mutants that no row of this world catches:"]
    lines += [f"  {mutant}" for mutant, found in red.items() if not found]
    return "\n".join(lines)


def _tells(record: Record) -> bool:
    """Say whether a row is about the integration, and one that does not take minutes."""
    return "needs-patience" not in record.tags and any(
        tag.startswith(("CON-", "TST-")) for tag in record.tags
    )


def _run(features: ForkedFeatures, work: tuple[str, Sequence[str]]) -> tuple[str, Sequence[Record]]:
    """Return what became of the rows of these tests with a mutant; nothing when it did not come to an end."""
    mutant, tests = work
    try:
        run = features.run(*tests, mutant=mutant, world=WORLD, until_red=False, longest=LONGEST)
    except AssertionError:
        return mutant, ()
    return mutant, run.records
