"""The documents clause by clause, in their own order, each with its verdicts and what they rest on."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from harness.signoff.report.reading import Json, Reading, Word
from harness.signoff.report.scenarios import Teller, Telling

ABOUT = {"integration": "your integration", "systems": "our model of the vendor"}


@dataclass(frozen=True)
class InWorld:
    """A clause's verdict in a world."""

    world: str
    word: Word
    run: int
    scenarios: int


@dataclass(frozen=True)
class ClauseRow:
    """A clause as it is shown."""

    id: str
    says: str
    actor: str
    system: str
    about: str
    word: Word
    why_stale: str
    worlds: list[InWorld]
    scenarios: list[Telling]
    differences: list[str]
    mutants: list[Json]


@dataclass(frozen=True)
class Place:
    """Clauses that stand in one place of a document."""

    where: str
    clauses: list[ClauseRow]


@dataclass(frozen=True)
class DocumentView:
    """A document in its own order."""

    title: str
    places: list[Place]

    @property
    def clauses(self) -> list[ClauseRow]:
        """All its clauses."""
        return [clause for place in self.places for clause in place.clauses]


def documents(reading: Reading, teller: Teller) -> list[DocumentView]:
    """Return the documents of a pack."""
    return [
        DocumentView(one["title"], list(_places(one["clauses"], reading, teller)))
        for one in reading.results["documents"]
    ]


def _places(clauses: list[Json], reading: Reading, teller: Teller) -> Iterator[Place]:
    for where, group in groupby(clauses, key=lambda one: str(one["where"])):
        yield Place(where, [_row(one, reading, teller) for one in group])


def _row(clause: Json, reading: Reading, teller: Teller) -> ClauseRow:
    return ClauseRow(
        id=clause["id"],
        says=clause["says"],
        actor=clause["actor"],
        system="both systems" if clause["system"] == "both" else clause["system"],
        about=ABOUT[clause["subject"]],
        word=reading.answer(clause),
        why_stale=reading.results["stale_clauses"].get(clause["id"], ""),
        worlds=[_in_world(clause, world, reading) for world in reading.results["worlds"]],
        scenarios=[teller.tell(records) for records in reading.shown_by[clause["id"]].values()],
        differences=clause["differences"],
        mutants=clause["mutants"],
    )


def _in_world(clause: Json, world: str, reading: Reading) -> InWorld:
    one = clause["worlds"].get(world, {"scenarios": 0, "not_run": 0})
    run = one["scenarios"] - one["not_run"]
    return InWorld(world, reading.answer_in(clause, world), run, one["scenarios"])
