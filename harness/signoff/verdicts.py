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
OF_A_LONG_TABLE = "it needs tables"
"""Why a row was not run that differs from those beside it in data only: a world that leaves it out shows its kind all the same."""

Answer = Literal["yes", "no", "unverified"]
"""Whether what a clause says is so."""


def answer(verdict: Verdict, *, is_stale: bool = False) -> Answer:
    """Return what a clause's verdict answers; one whose sentence has changed since proves nothing but a failure."""
    if verdict == "failed":
        return "no"
    return "yes" if verdict == "passed" and not is_stale else "unverified"


class Shown(Protocol):
    """What a verdict rests on of a scenario in a world: of a record, or of what a pack says of it."""

    @property
    def feature(self) -> str:
        """Its feature."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def row(self) -> Sequence[str]:
        """Its row of an outline."""

    @property
    def reason(self) -> str:
        """Why it failed or was not run."""

    @property
    def outcome(self) -> Literal["passed", "failed", "not run"]:
        """How it ended."""

    @property
    def tags(self) -> Sequence[str]:
        """Its tags."""

    @property
    def seen(self) -> Sequence[str]:
        """What was seen of the integration."""


Proven = Callable[[Sequence[str]], bool]
"""Says of what was seen of the integration, in a scenario that passed, whether it is enough to prove a clause."""


def verdict_of(showing: Sequence[Shown], is_proven_by: Proven) -> Verdict:
    """Return a clause's verdict by the scenarios that show it, in one world or over several.

    It passed when each scenario passed in one world or other, and none failed. What is about the integration is proven only
    where enough was seen of it.
    """
    if any(one.outcome == "failed" for one in showing):
        return "failed"
    if not any(one.outcome == "passed" and is_proven_by(one.seen) for one in showing):
        return "not tested"
    passed = {_key(one) for one in showing if one.outcome == "passed"}
    gaps = [one for one in showing if _key(one) not in passed and OF_A_LONG_TABLE not in one.reason]
    return "passed in part" if gaps else "passed"


def _key(one: Shown) -> tuple[str, str, tuple[str, ...]]:
    return (one.feature, one.name, tuple(one.row))


@dataclass(frozen=True)
class ClauseVerdict:
    """A clause's verdict in one world, with the scenarios it rests on and how many of them were not run."""

    world: str
    verdict: Verdict
    scenarios: int
    not_run: int


@dataclass(frozen=True)
class ClauseResult:
    """A clause with its verdict over all worlds, and in each."""

    clause: Clause
    verdict: Verdict
    worlds: tuple[ClauseVerdict, ...]
    scenarios: tuple[str, ...] = ()


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
    is_source_checked: bool = False
    """Whether the clauses were held against their source at all."""
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
        """Whether each clause failed, or each of its scenarios was run in at least one world."""
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

    ``lost`` are those of the findings that another run may make up for; ``stale_clauses`` is None where nobody looked.
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
        stale_clauses is not None,
        is_rehearsal,
    )


def _clause_result(clause: Clause, records: Sequence[Record], worlds: Sequence[str]) -> ClauseResult:
    showing = [record for record in records if clause.id in record.tags]
    in_worlds = [_in_world(clause, world, [one for one in showing if one.world == world]) for world in worlds]
    whole = verdict_of(showing, clause.is_proven_by)
    return ClauseResult(clause, whole, tuple(in_worlds), tuple(dict.fromkeys(one.name for one in showing)))


def _in_world(clause: Clause, world: str, records: Sequence[Record]) -> ClauseVerdict:
    not_run = sum(one.outcome == "not run" for one in records)
    return ClauseVerdict(world, verdict_of(records, clause.is_proven_by), len(records), not_run)
