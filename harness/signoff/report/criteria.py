"""The exit criteria, each met or not."""

from dataclasses import dataclass

from harness.signoff.report.phrases import count
from harness.signoff.report.reading import Reading


@dataclass(frozen=True)
class Criterion:
    """One criterion: what it asks, whether it is met (None: nobody looked), and what was found."""

    asks: str
    is_met: bool | None
    found: str


def criteria(reading: Reading) -> list[Criterion]:
    """Return the criteria of a pack."""
    results = reading.results
    broken, findings = results["counts"]["failed"], len(reading.findings) + len(results["lost"])
    passed = results["counts"]["passed"]
    words = [reading.answer(one).text for one in reading.clauses]
    not_answered = len([one for one in words if one in {"unverified", "stale"}])
    changed, looked = len(results["stale_clauses"]), bool(results.get("source_checked"))
    found = [
        Criterion(
            "Scenarios were run, and none failed.",
            bool(passed and not broken),
            f"{count(passed, 'scenario run')} passed, {broken} failed",
        ),
        Criterion(
            "What the features declare is what was run: each scenario once in each world, every step with one definition, no secret in the pack.",
            not findings,
            count(findings, "finding") if findings else "nothing found",
        ),
        Criterion(
            "Every scenario of every clause was run in at least one world, on evidence that still counts.",
            not not_answered and results["complete"],
            f"{count(not_answered, 'clause')} not answered" if not_answered else "every clause is answered",
        ),
        Criterion(
            "The integration was seen to call the systems.",
            reading.was_seen,
            "seen" if reading.was_seen else "no call in any scenario",
        ),
        Criterion(
            "No sentence of the document has changed since its clauses were written.",
            not changed if looked else None,
            count(changed, "change")
            if changed
            else "no change"
            if looked
            else "not looked at (--runbook FILE)",
        ),
    ]
    if "origins" in results:
        apart = len(reading.contradictions)
        asks = "The packs that were merged say the same where they speak of the same."
        found.append(Criterion(asks, not apart, count(apart, "discrepancy", "discrepancies")))
    return found
