"""``results.json``: the sign-off as data, without times, places and people: the same results give the same bytes."""

from collections.abc import Mapping
from typing import Any

from harness.signoff.pack import canonical
from harness.signoff.verdicts import ClauseResult, SignOff, answer
from harness.worlds.registry import WORLDS

FORMAT = 2
FAKES, REAL = "fakes", "real systems"


def as_json(signoff: SignOff) -> str:
    """Return the results as JSON text."""
    return canonical.dumps(results(signoff))


def results(signoff: SignOff) -> dict[str, Any]:
    """Return the results as plain JSON values; docs/signoff.md has their parts."""
    return {
        "format": FORMAT,
        "verdict": signoff.verdict,
        "complete": signoff.complete,
        "integration": signoff.integration,
        "worlds": list(signoff.worlds),
        "systems": {name: REAL if WORLDS[name].goes_live else FAKES for name in signoff.worlds},
        "counts": {outcome: signoff.counts[outcome] for outcome in ("passed", "failed", "not run")},
        "documents": [
            {
                "title": chapter.title,
                "clauses": [_clause(result, signoff.stale_clauses) for result in chapter.results],
            }
            for chapter in signoff.chapters
        ],
        "scenarios": [record.as_result() for record in signoff.records],
        "findings": list(signoff.findings),
        "lost": list(signoff.lost),
        "stale_clauses": dict(signoff.stale_clauses),
    }


def _clause(result: ClauseResult, stale: Mapping[str, str]) -> dict[str, Any]:
    clause = result.clause
    return {
        **{name: getattr(clause, name) for name in ("id", "says", "where", "actor", "system", "subject")},
        "verdict": result.verdict,
        "answer": answer(result.verdict, is_stale=clause.id in stale),
        "worlds": {
            one.world: {"verdict": one.verdict, "scenarios": one.scenarios, "not_run": one.not_run}
            for one in result.worlds
        },
        "scenarios": list(result.scenarios),
        "differences": [],
        "mutants": [],
    }
