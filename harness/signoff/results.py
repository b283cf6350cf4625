"""``results.json``: the sign-off as data."""

import json
from typing import Any

from harness.signoff.environment import environment
from harness.signoff.verdicts import ClauseResult, SignOff

FORMAT = 1


def as_json(signoff: SignOff) -> str:
    """Return the results as JSON text; the same results give the same bytes."""
    return json.dumps(_results(signoff), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _results(signoff: SignOff) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "verdict": signoff.verdict,
        "complete": signoff.complete,
        "environment": environment(signoff.worlds),
        "worlds": list(signoff.worlds),
        "integration": signoff.integration,
        "counts": {outcome: signoff.counts[outcome] for outcome in ("passed", "failed", "not run")},
        "documents": [
            {"title": chapter.title, "clauses": [_clause(result) for result in chapter.results]}
            for chapter in signoff.chapters
        ],
        "scenarios": [record.as_result() for record in signoff.records],
        "findings": list(signoff.findings),
    }


def _clause(result: ClauseResult) -> dict[str, Any]:
    return {
        "id": result.clause.id,
        "says": result.clause.says,
        "subject": result.clause.subject,
        "verdict": result.verdict,
        "worlds": {
            one.world: {"verdict": one.verdict, "scenarios": one.scenarios, "not_run": one.not_run}
            for one in result.worlds
        },
    }
