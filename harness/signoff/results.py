"""``results.json``: the sign-off as data, without times, places and people: the same results give the same bytes."""

from typing import Any

from harness.signoff.basis import difference_in_words, differences_of, mutants_of
from harness.signoff.pack import canonical
from harness.signoff.pack.systems import FAKES, NOTHING, REAL
from harness.signoff.verdicts import ClauseResult, SignOff, answer
from harness.worlds.registry import WORLDS

FORMAT = 2


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
                "clauses": [_clause(result, signoff) for result in chapter.results],
            }
            for chapter in signoff.chapters
        ],
        "scenarios": [record.as_result() for record in signoff.records],
        "findings": list(signoff.findings),
        "lost": list(signoff.lost),
        "stale_clauses": dict(signoff.stale_clauses),
        "source_checked": signoff.is_source_checked,
    }


def _systems(signoff: SignOff, world: str) -> str:
    """Return against what a world was run: in a rehearsal the live world's systems are fakes too."""
    if WORLDS[world].goes_live and signoff.is_idle(world):
        return NOTHING
    return REAL if WORLDS[world].goes_live and not signoff.is_rehearsal else FAKES


def _clause(result: ClauseResult, signoff: SignOff) -> dict[str, Any]:
    clause = result.clause
    return {
        **{
            name: getattr(clause, name)
            for name in ("id", "says", "where", "actor", "system", "subject", "proof")
        },
        "verdict": result.verdict,
        "answer": answer(result.verdict, is_stale=clause.id in signoff.stale_clauses),
        "worlds": {
            one.world: {"verdict": one.verdict, "scenarios": one.scenarios, "not_run": one.not_run}
            for one in result.worlds
        },
        "scenarios": list(result.scenarios),
        "differences": [difference_in_words(row) for row in differences_of(clause.id)],
        "mutants": _mutants(signoff, clause.id),
    }


def _mutants(signoff: SignOff, clause: str) -> list[dict[str, str]]:
    """Return the broken integrations that a clause's scenarios are known to catch, of those scenarios that were run here."""
    ran = {record.key for record in signoff.records if record.outcome != "not run" and clause in record.tags}
    found = {one["name"]: one for key in ran for one in mutants_of(key)}
    return [found[name] for name in sorted(found)]
