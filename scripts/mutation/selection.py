"""Which tests reach which lines, and how long each takes: found out by one run of all of them under coverage."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import coverage
import pytest

from scripts.mutation.mutants import ROOT, Mutant
from scripts.mutation.running import fork_this_process, run

TOO_LONG = 1.0
"""Seconds of the processor from which on a test is left out: it would be run hundreds of times."""


def look(session: pytest.Session, items: list[pytest.Item], folders: Iterable[str]) -> dict[str, Any]:
    """Return for each line of ``folders`` which tests reach it, and for each test how long it took."""
    asked: dict[str, set[str]] = defaultdict(set)
    running = ""

    def note(scenarios: set[str]) -> None:
        asked[running].update(scenarios)

    fork_this_process(session, note)
    include = [str(ROOT / folder / "*") for folder in folders]
    meter = coverage.Coverage(data_file=None, config_file=False, include=include)
    meter.start()
    seconds: dict[str, float] = {}
    turns = run(session, items, to_the_end=True)
    for item in items:
        running = item.nodeid
        meter.switch_context(running)
        seconds[running] = next(turns)
    meter.stop()
    data = meter.get_data()
    lines = {
        str(path).removeprefix(f"{ROOT}/"): {
            str(line): [name for name in names if name]
            for line, names in data.contexts_by_lineno(path).items()
        }
        for path in data.measured_files()
    }
    return {"lines": lines, "seconds": seconds, "asked": {test: sorted(ids) for test, ids in asked.items()}}


class Selection:
    """What ``look`` has found out."""

    def __init__(self, found: dict[str, Any]) -> None:
        """Take it as it came."""
        self._lines: dict[str, dict[str, list[str]]] = found["lines"]
        self._seconds: dict[str, float] = found["seconds"]
        self._asked: dict[str, list[str]] = found["asked"]

    @property
    def failed(self) -> list[str]:
        """The tests that fail without a mutant, which say nothing about one."""
        return [test for test, seconds in self._seconds.items() if seconds < 0]

    def seconds(self, tests: Iterable[str]) -> float:
        """Return how long these take together."""
        return sum(self._seconds[test] for test in tests)

    def quick(self) -> list[str]:
        """Return the tests that pass without a mutant, and do not take long."""
        return [test for test, seconds in self._seconds.items() if 0 <= seconds <= TOO_LONG]

    def reaching(self, mutant: Mutant, longest: float) -> list[str]:
        """Return the tests that reach the mutant, the quickest first, as many as take ``longest`` seconds together."""
        return self._quickest(self._reaching(mutant), longest)

    def by_broken_rules(self, mutant: Mutant, longest: float) -> list[str]:
        """Return the tests of ``tests/meta`` that break a rule and run a scenario that reaches the mutant."""
        reaching = self._reaching(mutant)
        asked = {test for test, ids in self._asked.items() if reaching & set(ids)}
        return self._quickest(asked, longest, each=longest)

    def _reaching(self, mutant: Mutant) -> set[str]:
        file = self._lines.get(mutant.path, {})
        if mutant.function is None:
            return {test for tests in file.values() for test in tests}
        here = {test for line in mutant.lines for test in file.get(str(line), [])}
        return here or {test for line in mutant.function.lines for test in file.get(str(line), [])}

    def _quickest(self, tests: set[str], longest: float, each: float = TOO_LONG) -> list[str]:
        """Return the quickest row of each test, then the second of each, and so on: rows of one test see much the same."""
        rows: Counter[str] = Counter()
        turns: list[tuple[int, float, str]] = []
        for seconds, test in sorted((self._seconds[test], test) for test in tests):
            if 0 <= seconds <= each:
                function = test.partition("[")[0]
                rows[function] += 1
                turns.append((rows[function], seconds, test))
        together = accumulate(seconds for _, seconds, _ in sorted(turns))
        return [
            test for (_, _, test), so_far in zip(sorted(turns), together, strict=True) if so_far <= longest
        ]
