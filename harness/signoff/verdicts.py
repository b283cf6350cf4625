"""What the records amount to: a verdict per clause and world, and one over all.

Nothing here knows a time, so the same results give the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from harness.evidence.record import Record
from harness.signoff.clauses import Clause, Document

Verdict = Literal["passed", "failed", "passed in part", "not tested"]
LONG_TABLE = "needs-tables"
"""The tag of rows that differ from those beside them in data only: a world that leaves them out shows their kind all the same."""

Answer = Literal["yes", "no", "unverified"]
"""Whether what a clause says is so."""

_BEST_FIRST: tuple[Verdict, ...] = ("failed", "passed", "passed in part", "not tested")


def over_all(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict over all worlds: failed if it failed anywhere, else the best that it had in one world."""
    return min(verdicts, key=_BEST_FIRST.index, default="not tested")


def answer(verdict: Verdict, *, is_stale: bool = False) -> Answer:
    """Return what a clause's verdict answers; one whose sentence has changed since proves nothing but a failure."""
    if verdict == "failed":
        return "no"
    return "yes" if verdict == "passed" and not is_stale else "unverified"


class Shown(Protocol):
    """What a verdict rests on of a scenario in a world: of a record, or of what a pack says of it."""

    @property
    def outcome(self) -> Literal["passed", "failed", "not run"]:
        """How it ended."""

    @property
    def tags(self) -> Sequence[str]:
        """Its tags."""

    @property
    def seen(self) -> Sequence[str]:
        """What was seen of the integration."""


def verdict_in_world(showing: Sequence[Shown], is_proven_by: Callable[[Sequence[str]], bool]) -> Verdict:
    """Return a clause's verdict in a world, by those of its scenarios there.

    What is about the integration is proven only where enough was seen of it; ``is_proven_by`` says so of a scenario that passed.
    """
    if any(one.outcome == "failed" for one in showing):
        return "failed"
    if not any(one.outcome == "passed" and is_proven_by(one.seen) for one in showing):
        return "not tested"
    missing = any(one.outcome == "not run" and LONG_TABLE not in one.tags for one in showing)
    return "passed in part" if missing else "passed"


@dataclass(frozen=True)
class ClauseVerdict:
    """A clause's verdict in one world, with the scenarios it rests on and how many of them were not run."""

    world: str
    verdict: Verdict
    scenarios: int
    not_run: int


@dataclass(frozen=True)
class ClauseResult:
    """A clause with its verdict in each world."""

    clause: Clause
    worlds: tuple[ClauseVerdict, ...]
    scenarios: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict over all worlds: failed if it failed anywhere, else the best that it had in one world."""
        return over_all(one.verdict for one in self.worlds)


@dataclass(frozen=True)
class Chapter:
    """A document's clauses with their verdicts."""

    title: str
    results: tuple[ClauseResult, ...]


@dataclass(frozen=True)
class SignOff:
    """Everything that a report says: worlds, chapters, records in a stable order, and findings of the gate."""

    worlds: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    records: tuple[Record, ...]
    findings: tuple[str, ...]
    integration: str
    counts: Counter[str] = field(default_factory=Counter)
    lost: tuple[str, ...] = ()
    """Those of the findings that say what was not run at all: another run may have run it."""
    stale_clauses: Mapping[str, str] = field(default_factory=dict)
    """Clauses whose source says something else by now, each with what."""
    is_rehearsal: bool = False
    """Whether the systems of the live world were on the machine that ran it."""

    @property
    def verdict(self) -> Literal["passed", "failed"]:
        """``passed`` only if scenarios passed, none failed, nothing was found, and the source is as it was."""
        return (
            "passed"
            if self.counts["passed"] and not (self.counts["failed"] or self.findings or self.stale_clauses)
            else "failed"
        )

    @property
    def complete(self) -> bool:
        """Whether every clause was tested in full in at least one world, or failed."""
        return not self.of_verdict("not tested") and not self.of_verdict("passed in part")

    def of_verdict(self, verdict: Verdict) -> list[ClauseResult]:
        """Return the clauses with this verdict over all worlds."""
        return [
            result for chapter in self.chapters for result in chapter.results if result.verdict == verdict
        ]

    def is_idle(self, world: str) -> bool:
        """Say whether nothing at all was run in ``world``: it was not chosen, or this machine cannot run it."""
        return all(record.outcome == "not run" for record in self.records if record.world == world)

    def with_outcome(self, outcome: str) -> list[Record]:
        """Return the records that ended so."""
        return [record for record in self.records if record.outcome == outcome]


def sign_off(
    documents: Sequence[Document],
    records: Iterable[Record],
    worlds: Sequence[str],
    findings: Iterable[str],
    integration: str,
    *,
    lost: Iterable[str] = (),
    stale_clauses: Mapping[str, str] | None = None,
    is_rehearsal: bool = False,
) -> SignOff:
    """Put the verdicts together. ``worlds`` keep their order, records and findings are sorted.

    ``lost`` are those of the findings that another run may make up for.
    """
    ordered = tuple(sorted(records, key=lambda one: (one.feature, one.name, one.row, one.world)))
    chapters = tuple(
        Chapter(one.title, tuple(_clause_result(clause, ordered, worlds) for clause in one.clauses))
        for one in documents
    )
    counts: Counter[str] = Counter(record.outcome for record in ordered)
    return SignOff(
        tuple(worlds),
        chapters,
        ordered,
        tuple(sorted(findings)),
        integration,
        counts,
        tuple(sorted(lost)),
        stale_clauses or {},
        is_rehearsal,
    )


def _clause_result(clause: Clause, records: Sequence[Record], worlds: Sequence[str]) -> ClauseResult:
    showing = [record for record in records if clause.id in record.tags]
    in_worlds = [_in_world(clause, world, [one for one in showing if one.world == world]) for world in worlds]
    return ClauseResult(clause, tuple(in_worlds), tuple(dict.fromkeys(record.name for record in showing)))


def _in_world(clause: Clause, world: str, records: Sequence[Record]) -> ClauseVerdict:
    not_run = sum(one.outcome == "not run" for one in records)
    return ClauseVerdict(world, verdict_in_world(records, clause.is_proven_by), len(records), not_run)
