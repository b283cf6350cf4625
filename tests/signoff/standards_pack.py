"""Packs to be rendered: the records of some features in two worlds, with every outcome and kind among them."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.evidence.record import Kind, Outcome, Record, StepOutcome, StepRecord
from harness.signoff.inventory import Scenario, declared
from harness.signoff.pack.pack import Pack

FEATURES = ("upgrade/creating_a_key.feature", "upgrade/access_levels.feature", "upgrade/listing_keys.feature")
WORLDS = {"memory": "fakes", "http": "fakes"}
ENDS: tuple[tuple[Outcome, Kind, tuple[StepOutcome, ...]], ...] = (
    ("passed", "", ("passed",)),
    ("failed", "", ("passed", "failed", "not run")),
    ("failed", "undefined", ("failed", "not run")),
    ("failed", "ambiguous", ("passed", "failed", "not run")),
    ("failed", "crashed", ("failed", "not run")),
    ("failed", "teardown", ("passed",)),
    ("failed", "", ("not run",)),
    ("not run", "skipped", ("passed", "not run")),
    ("not run", "skipped", ("passed",)),
    ("not run", "needs", ("not run",)),
    ("not run", "not covered", ("not run",)),
)
"""Outcomes with kind and steps; the last step's outcome is that of all that follow."""
REASONS = {
    "passed": "",
    "failed": "it is \x1b[31mred\x1b[0m & <wrong>\nand more",
    "not run": "not here | now",
}
SECONDS, STEP_SECONDS = 1.5, 0.25


def scenarios() -> list[Scenario]:
    """Return the declared scenarios of the features, with their rows."""
    return [one for one in declared() if one.feature in FEATURES]


def results(**others: Any) -> dict[str, Any]:
    """Return results in which every end comes up in both worlds, and with ``others`` in the place of what is said here."""
    records = [
        _record(one, world, *ENDS[(index + 3 * place) % len(ENDS)])
        for place, world in enumerate(WORLDS)
        for index, one in enumerate(scenarios())
    ]
    records.sort(key=lambda one: (one.feature, one.name, one.row, one.world))
    counts = Counter(record.outcome for record in records)
    said = {
        "format": 2,
        "verdict": "failed",
        "complete": False,
        "integration": "./run <me>",
        "worlds": list(WORLDS),
        "systems": WORLDS,
        "counts": {outcome: counts[outcome] for outcome in ("passed", "failed", "not run")},
        "documents": [{"title": "Runbook", "clauses": [_clause("UPG-05", "yes"), _clause("UPG-08", "no")]}],
        "scenarios": [record.as_result() for record in records],
        "findings": ["declared but not executed in memory: x.feature: \x00Gone"],
        "lost": ["declared but not executed in memory: x.feature: \x00Gone"],
        "stale_clauses": {},
    }
    return said | others


def green(**others: Any) -> dict[str, Any]:
    """Return results in which every scenario passed."""
    found = results(verdict="passed", complete=True, findings=[], lost=[])
    for one in found["scenarios"]:
        one.update(outcome="passed", kind="", reason="")
        for step in one["steps"]:
            step["outcome"] = "passed"
    found["documents"] = [{"title": "Runbook", "clauses": [_clause("UPG-05", "yes")]}]
    found["counts"] = {"passed": len(found["scenarios"]), "failed": 0, "not run": 0}
    return found | others


def packed(said: dict[str, Any], folder: Path = Path("nowhere")) -> Pack:
    """Return a pack of these results."""
    times = [
        {name: one[name] for name in ("feature", "name", "row", "world")}
        | {"seconds": SECONDS, "steps": [STEP_SECONDS] * len(one["steps"])}
        for one in said["scenarios"]
    ]
    run = {"began": "2026-03-01T10:00:00+00:00", "ended": "2026-03-01T10:05:00+00:00", "live": None}
    return Pack(
        folder,
        said,
        {"format": 1, "seconds": 300.0, "worlds": {}, "scenarios": times},
        {"predicate": {"run": run}},
        {},
    )


def with_evidence(said: dict[str, Any], folder: Path) -> None:
    """Give the first scenario a picture of its first step."""
    first = said["scenarios"][0]
    path = "evidence/memory/one.json"
    first["evidence"] = [path]
    picture = {"file": "evidence/pictures/ab.png", "page": "Klaviyo: /keys"}
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text(json.dumps({"steps": [{"pictures": [picture]}]}))
    (folder / "evidence/pictures").mkdir()
    (folder / "evidence/pictures/ab.png").write_bytes(b"\x89PNG\r\n\x1a\n")


def _record(one: Scenario, world: str, outcome: Outcome, kind: Kind, ends: tuple[StepOutcome, ...]) -> Record:
    steps = [
        StepRecord("When ", text, ends[min(index, len(ends) - 1)]) for index, text in enumerate(one.steps)
    ]
    made = Record(one.feature, one.rule, one.name, one.row, world, one.tags, steps)
    return replace(made, outcome=outcome, kind=kind, reason=REASONS[outcome])


def _clause(name: str, answer: str) -> dict[str, Any]:
    verdicts = {"yes": "passed", "no": "failed", "unverified": "not tested"}
    return {
        "id": name,
        "says": f"{name} says <this> | that",
        "subject": "integration",
        "verdict": verdicts[answer],
        "answer": answer,
        "worlds": {},
    }
