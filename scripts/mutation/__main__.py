# ruff: noqa: T201 - a program
"""The mutation tester: ``python -m scripts.mutation [PATH…]``, or ``make mutation``; see ``docs/mutation.md``."""

import argparse
import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from scripts.mutation.judging import judge_all
from scripts.mutation.mutants import KINDS, ROOT, Mutant, mutants_of
from scripts.mutation.results import NOTICED, Result, Results, score

GROUPS = ("steps", "harness/plugin", "harness/signoff", "fakes/gladly/rules", "fakes/klaviyo/rules")
TESTS = {
    "fakes": ("tests/klaviyo", "tests/gladly", "tests/core", "tests/facts"),
    "harness": (
        *("features", "tests/harness", "tests/meta/test_clauses.py", "tests/meta/test_mutants.py"),
        *("tests/meta/test_runs.py", "tests/meta/test_plugins.py"),
    ),
    "steps": (
        "features",
        "tests/meta/test_mutants.py",
        "tests/meta/test_checks.py",
        "tests/meta/test_steps.py",
    ),
}
"""What should notice a change in each folder, as far as it is quick and needs no process or browser for each test."""

OPTIONS = ("--sample", "--calls", "--on-import")
ALL = 1_000_000
RESULTS = Path("build/mutation/results.jsonl")


def chosen_of(path: str, most: Mapping[str, int], seed: int) -> list[Mutant]:
    """Return the mutants below a path, or of each kind a random choice of so many; a larger one holds the smaller."""
    files = sorted((ROOT / path).rglob("*.py")) if (ROOT / path).is_dir() else [ROOT / path]
    found = [mutant for file in files for mutant in mutants_of(file)]
    chosen: list[Mutant] = []
    for kind, count in most.items():
        mutants = [one for one in found if one.kind == kind]
        order = list(range(len(mutants)))
        random.Random(seed).shuffle(order)  # noqa: S311 - a sample
        chosen += [mutants[number] for number in sorted(order[:count])]
    return chosen


def report(groups: dict[str, list[Mutant]], results: Results) -> Iterable[str]:
    """Yield the survivors, then the score of each group."""
    for path, mutants in groups.items():
        yield f"== {path}: not noticed"
        yield from (
            f"{one.outcome:12}{one.name}"
            for one in results.of(mutant.name for mutant in mutants)
            if one.outcome not in NOTICED
        )
    for path, mutants in groups.items():
        for kind in KINDS:
            judged = [one for one in results.of(one.name for one in mutants) if one.kind == kind]
            yield f"{path:22} {kind:16}{score(judged)}"


def main() -> None:
    """Judge the mutants that were asked for, and say what became of them."""
    parser = argparse.ArgumentParser(prog="python -m scripts.mutation", description=__doc__)
    parser.add_argument("paths", nargs="*", default=GROUPS, help="folders or files; each gets a score")
    for option, what in zip(OPTIONS, KINDS, strict=True):
        parser.add_argument(option, type=int, default=ALL, help=f"so many mutants of each path: {what}")
    parser.add_argument("--seed", type=int, default=1, help="of the random choice")
    parser.add_argument("--again", action="store_true", help="only what no test noticed the last time")
    parser.add_argument("--report", action="store_true", help="judge nothing, only say what is known")
    asked = parser.parse_args()
    most = dict(zip(KINDS, (asked.sample, asked.calls, asked.on_import), strict=True))
    groups = {path: chosen_of(path, most, asked.seed) for path in asked.paths}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    results = Results(RESULTS)
    known = {one.name: one for one in results.of(one.name for mutants in groups.values() for one in mutants)}
    mutants = [
        one
        for chosen in groups.values()
        for one in chosen
        if one.name not in known or (asked.again and known[one.name].outcome not in NOTICED)
    ]

    def say(result: Result) -> None:
        results.add(result)
        print(f"{result.outcome:14}{result.name[:150]}", flush=True)

    print(f"{len(mutants)} mutants to judge", flush=True)
    tests = {test for folder in {one.path.partition("/")[0] for one in mutants} for test in TESTS[folder]}
    if mutants and not asked.report:
        judge_all(mutants, sorted(tests), say)
    print(*report(groups, results), sep="\n")


if __name__ == "__main__":
    main()
