"""What speaks against a signature: failures, findings, contradictions of merged packs, changed sentences."""

from dataclasses import dataclass

from harness.signoff.report.reading import Json, Reading
from harness.signoff.report.scenarios import Outcome, Teller


@dataclass(frozen=True)
class Failure:
    """A scenario that failed in a world; ``step`` is the first that did, ``""`` when none did."""

    title: str
    feature: str
    rule: str
    step: str
    clauses: list[str]
    outcome: Outcome


@dataclass(frozen=True)
class Discrepancies:
    """All of them."""

    contradictions: list[str]
    failures: list[Failure]
    findings: list[str]
    lost: list[str]
    changed: list[tuple[str, str]]


def discrepancies(reading: Reading, teller: Teller) -> Discrepancies:
    """Return what speaks against a signature."""
    return Discrepancies(
        contradictions=reading.contradictions,
        failures=_failures(reading, teller),
        findings=reading.findings,
        lost=reading.results["lost"],
        changed=sorted(reading.results["stale_clauses"].items()),
    )


def _failures(reading: Reading, teller: Teller) -> list[Failure]:
    known = {one["id"] for one in reading.clauses}
    return [
        _failure(record, outcome, teller.tell(records).title, known)
        for records in reading.scenarios.values()
        if any(one["outcome"] == "failed" for one in records)
        for record, outcome in zip(records, teller.tell(records).outcomes, strict=True)
        if record["outcome"] == "failed"
    ]


def _failure(record: Json, outcome: Outcome, title: str, known: set[str]) -> Failure:
    broken = [f"{one['keyword']} {one['text']}" for one in record["steps"] if one["outcome"] == "failed"]
    clauses = [tag for tag in record["tags"] if tag in known]
    return Failure(title, record["feature"], record["rule"], "".join(broken[:1]), clauses, outcome)
