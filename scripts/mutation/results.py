"""What became of each mutant, kept in a file, and the score of each group."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from scripts.mutation.mutants import Mutant

KILLED, TOOK_TOO_LONG, SURVIVED, NOT_REACHED = "killed", "took too long", "survived", "not reached"
NOTICED = (KILLED, TOOK_TOO_LONG)


@dataclass(frozen=True)
class Result:
    """The outcome of one mutant: by which test it was killed, or how many let it live."""

    name: str
    kind: str
    outcome: str
    by: str = ""
    tests: int = 0

    @classmethod
    def of(cls, mutant: Mutant, outcome: str, *, by: str = "", tests: int = 0) -> Self:
        """Return the result of this mutant."""
        return cls(mutant.name, mutant.kind, outcome, by, tests)


class Results:
    """The results of a run and of those before it, in a file of one line of JSON each; the last one of a mutant counts."""

    def __init__(self, path: Path) -> None:
        """Read what is there."""
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._results = {one.name: one for one in (Result(**json.loads(line)) for line in lines)}

    def add(self, result: Result) -> None:
        """Keep a result."""
        self._results[result.name] = result
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result)) + "\n")

    def of(self, names: Iterable[str]) -> list[Result]:
        """Return the results that there are of these mutants."""
        return [self._results[name] for name in names if name in self._results]


def score(results: list[Result]) -> str:
    """Return how many of the mutants were noticed, with the interval in which that lies for all (95 %, Wilson's)."""
    count, noticed = len(results), sum(one.outcome in NOTICED for one in results)
    if not count:
        return "none"
    z, share = 1.96, noticed / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return f"{noticed} of {count} noticed, {share:.1%} ({middle - half:.1%} to {middle + half:.1%})"
