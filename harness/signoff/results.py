"""``results.json``: the sign-off as data, without times, places and people: the same results give the same bytes."""

from collections.abc import Mapping
from typing import Any

from harness.signoff.basis import differences_of, mutants_of
from harness.signoff.pack import canonical
from harness.signoff.verdicts import ClauseResult, SignOff, answer
from harness.worlds.registry import WORLDS

FORMAT = 2
FAKES, REAL, NOTHING = "fakes", "real systems", "nothing"
"""Against what a world was run: in a rehearsal the live world's systems are fakes too."""


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
        "systems": {name: _systems(signoff, name) for name in signoff.worlds},
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


def _systems(signoff: SignOff, world: str) -> str:
    if WORLDS[world].goes_live and signoff.is_idle(world):
        return NOTHING
    return REAL if WORLDS[world].goes_live and not signoff.is_rehearsal else FAKES


def _clause(result: ClauseResult, stale: Mapping[str, str]) -> dict[str, Any]:
    clause = result.clause
    return {
        **{
            name: getattr(clause, name)
            for name in ("id", "says", "where", "actor", "system", "subject", "proof")
        },
        "verdict": result.verdict,
        "answer": answer(result.verdict, is_stale=clause.id in stale),
        "worlds": {
            one.world: {"verdict": one.verdict, "scenarios": one.scenarios, "not_run": one.not_run}
            for one in result.worlds
        },
        "scenarios": list(result.scenarios),
        "differences": differences_of(clause.id),
        "mutants": mutants_of(clause.id),
    }
