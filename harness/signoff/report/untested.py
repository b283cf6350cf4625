"""What was not tested, why, and what that means."""

from collections import defaultdict
from dataclasses import dataclass

from harness.signoff.pack.names import KINDS, title_of
from harness.signoff.report.reading import Json, Reading, Word
from harness.worlds.registry import WORLDS

NEVER = "it was never started"


@dataclass(frozen=True)
class OpenClause:
    """A clause that is not answered, and why."""

    id: str
    says: str
    word: Word
    why: str


@dataclass(frozen=True)
class Left:
    """Scenarios that were not run in a world, for one reason."""

    kind: str
    reason: str
    world: str
    titles: list[str]


@dataclass(frozen=True)
class Difference:
    """Where the fakes guess, and the clauses that rest on it."""

    text: str
    clauses: list[str]


@dataclass(frozen=True)
class Untested:
    """All of it."""

    worlds: list[tuple[str, str]]
    clauses: list[OpenClause]
    left: list[Left]
    differences: list[Difference]

    @property
    def runs(self) -> int:
        """How many scenario runs were left out."""
        return sum(len(one.titles) for one in self.left)


def untested(reading: Reading) -> Untested:
    """Return what was not tested."""
    words = [(one, reading.answer(one)) for one in reading.clauses]
    return Untested(
        worlds=[(world, WORLDS[world].risk) for world in reading.idle],
        clauses=[
            OpenClause(one["id"], one["says"], word, _why(reading, one["id"], one["worlds"]))
            for one, word in words
            if word.text in {"unverified", "stale"}
        ],
        left=_left(reading),
        differences=_differences(reading),
    )


def _why(reading: Reading, clause: str, worlds: dict[str, Json]) -> str:
    if why := reading.results["stale_clauses"].get(clause):
        return str(why)
    if old := [reading.stale[world] for world in worlds if world in reading.stale]:
        return old[0]
    records = [one for records in reading.shown_by[clause].values() for one in records]
    left = len([one for one in records if one["outcome"] == "not run"])
    if not records:
        return "no scenario shows it"
    if left == len(records):
        return "none of its scenarios was run"
    if any(one["verdict"] == "passed in part" for one in worlds.values()):
        return f"{left} of its {len(records)} scenario runs were left out"
    return "its scenarios passed without the integration being seen to do it"


def _left(reading: Reading) -> list[Left]:
    """Return what was not run, grouped by kind, reason and world; what nobody meant comes first."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in reading.records:
        if one["outcome"] == "not run":
            groups[one.get("kind", ""), one["reason"], one["world"]].append(title_of(one))
    expected = ("needs", "not covered")
    ordered = sorted(groups.items(), key=lambda one: (one[0][0] in expected, -len(one[1]), one[0]))
    return [
        Left(KINDS.get(kind, kind) or NEVER, reason, world, titles)
        for (kind, reason, world), titles in ordered
    ]


def _differences(reading: Reading) -> list[Difference]:
    """Return every known difference with the clauses that rest on it."""
    found: dict[str, list[str]] = {}
    for clause in reading.clauses:
        for text in clause["differences"]:
            found.setdefault(text, []).append(clause["id"])
    return [Difference(text, ids) for text, ids in found.items()]
