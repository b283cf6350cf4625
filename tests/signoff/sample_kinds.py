"""One sample of each kind of pack that a report has to tell truly."""

import dataclasses
from typing import Any

import pytest

from harness.signoff.inventory import Scenario
from harness.signoff.pack.pack import Pack
from tests.signoff.samples import LIVE_ORIGIN, LOCAL, Fate, Sample, usual, write

LIVE = (*LOCAL, "live")
KIM = {"name": "Kim Vale", "role": "QA lead"}
OTHER = {"content": "ee" * 32, "results": "dd" * 32, "attestation": "ff" * 32}


def failing(scenario: Scenario, world: str) -> Fate:
    """Let one clause's scenarios fail over HTTP, and be skipped, undefined, or lost elsewhere."""
    if "UPG-16" in scenario.clauses and world == "http":
        said = ("the app saves a key that Klaviyo does not know", "expected: refused", "     seen: saved")
        return Fate("failed", "NotAsExpected: the app saves a key", said=said)
    if "CON-03" in scenario.clauses:
        kinds = {
            "memory": Fate("not run", "tomorrow", "skipped", ()),
            "http": Fate("failed", "the worker died", "crashed", ()),
            "browser": Fate("failed", "no step is defined for: dana waits", "undefined", ()),
        }
        return kinds[world]
    return usual(scenario, world)


def unverified(scenario: Scenario, world: str) -> Fate:
    """Leave one clause's scenarios out."""
    return (
        Fate("not run", "it was left out", "skipped", ())
        if "UPG-16" in scenario.clauses
        else usual(scenario, world)
    )


def do_nothing(scenario: Scenario, world: str) -> Fate:
    """Let the integration answer at the most, as one that does nothing at all does."""
    fate = usual(scenario, world)
    if fate.outcome == "passed" and "TST-01" in scenario.clauses:
        return Fate(
            "failed",
            "NeverHappened: no event came",
            said=("expected: an event", "seen: none"),
            seen=("answers",),
        )
    return dataclasses.replace(fate, seen=("answers",) if fate.seen else ())


def live_too(scenario: Scenario, world: str) -> Fate:
    """Let one clause's scenarios pass at the real systems as well."""
    if world != "live":
        return usual(scenario, world)
    return Fate() if "UPG-16" in scenario.clauses else Fate("not run", "not asked for live", "needs", ())


def live_only(scenario: Scenario, world: str) -> Fate:
    """Prove one clause at the real systems alone."""
    is_left_out = world != "live" and "UPG-16" in scenario.clauses
    return (
        Fate("not run", "left to the live run", "skipped", ()) if is_left_out else live_too(scenario, world)
    )


def merged(results: dict[str, Any]) -> None:
    """Mark each result with the pack it comes from."""
    for one in results["scenarios"]:
        one["origin"] = int(one["world"] == "browser")
        one["origins"] = [{"origin": one["origin"], "outcome": one["outcome"]}]
        if one["world"] == "http" and "UPG-16" in one["tags"]:
            one["origins"] = [{"origin": 0, "outcome": "passed"}, {"origin": 1, "outcome": "failed"}]
    results["findings"] = [*results["findings"], *results["discrepancies"]]


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}"


def hostile(results: dict[str, Any]) -> None:
    """Put markup and very long texts wherever a text stands."""
    long = "x" * 10_000
    for number, one in enumerate(results["scenarios"]):
        one["name"] = one["name"] + HOSTILE
        one["rule"], one["reason"] = HOSTILE, HOSTILE + long
        if number == 1:
            one["evidence"] = ["javascript:alert(3)"] if one["evidence"] else []
    clause = results["documents"][0]["clauses"][0]
    clause["says"], clause["mutants"] = HOSTILE + long, [{"name": HOSTILE, "mistake": long}]
    clause["differences"] = [HOSTILE, long]
    results["integration"] = HOSTILE + long
    results["findings"] = [HOSTILE, long]
    results["stale_clauses"] = {clause["id"]: HOSTILE + long, "": long}


ORIGINS = (
    {"name": "shard-1", "content": "aa" * 32},
    {"name": "shard-2", "content": "bb" * 32},
)
SAMPLES = {
    "green": Sample(),
    "failures": Sample(
        fate=failing, results={"findings": ["executed but not declared so often: a.feature: A"]}
    ),
    "unverified": Sample(fate=unverified),
    "changed": Sample(
        results={
            "stale_clauses": {
                "UPG-16": "the sentence it rests on has changed",
                "": "no clause speaks of: New.",
            }
        }
    ),
    "live": Sample(worlds=LIVE, fate=live_too, run={"live": LIVE_ORIGIN}),
    "stale": Sample(
        worlds=LIVE, fate=live_only, run={"live": LIVE_ORIGIN | {"ended": "2026-10-01T09:25:00+00:00"}}
    ),
    "approved": Sample(
        approvals=(
            KIM,
            {"name": "Lou Ash", "role": "owner", "meaning": "conditional", "condition": "live within a week"},
        )
    ),
    "void": Sample(approvals=(KIM | {"of": OTHER},)),
    "nothing": Sample(fate=do_nothing),
    "merged": Sample(
        results={
            "origins": list(ORIGINS),
            "discrepancies": ["UPG-16: shard-1 says passed, shard-2 says failed"],
        },
        alter=merged,
    ),
    "hostile": Sample(
        fate=failing,
        alter=hostile,
        run={
            "by": HOSTILE + "y" * 10_000,
            "command": HOSTILE,
            "integration": {"command": HOSTILE, "digest": "", "files": {}, "says": "z" * 10_000},
        },
        approvals=({"name": HOSTILE + "n" * 10_000, "role": HOSTILE + "r" * 10_000, "condition": HOSTILE},),
    ),
    "memory": Sample(worlds=("memory",)),
    "everything": Sample(
        clauses=("CON-03", "UPG-11"),
        fate=failing,
        results={
            "origins": list(ORIGINS),
            "discrepancies": ["CON-03: shard-1 says passed, shard-2 says failed"],
            "findings": ["executed but not declared so often: a.feature: A"],
            "stale_clauses": {"UPG-11": "the sentence it rests on has changed"},
        },
        alter=merged,
        run={"live": LIVE_ORIGIN},
        approvals=(KIM, KIM | {"of": OTHER, "condition": "soon"}),
    ),
}
_MADE: dict[str, Pack] = {}


def made(name: str, factory: pytest.TempPathFactory) -> Pack:
    """Return a sample's pack, which is made once; nobody may change it."""
    if name not in _MADE:
        _MADE[name] = write(factory.mktemp(name), SAMPLES[name])
    return _MADE[name]
