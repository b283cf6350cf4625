"""The results of a merged pack: verdicts put together anew from all records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from harness.evidence.record import Record, StepRecord
from harness.signoff.clauses import Document
from harness.signoff.inventory import Scenario
from harness.signoff.merge.origins import Origin, Part
from harness.signoff.merge.records import Kept, discrepancies
from harness.signoff.pack.systems import NOTHING, united
from harness.signoff.reconcile import extra, lost
from harness.signoff.results import results
from harness.signoff.verdicts import sign_off
from harness.worlds.registry import WORLDS

_FIELDS = {one.name for one in fields(Record)}


@dataclass(frozen=True)
class Yardstick:
    """What the packs are held against: the clauses, what the features declare, and the features' digests."""

    documents: Sequence[Document]
    scenarios: Sequence[Scenario]
    features: Mapping[str, str]


def results_of(
    parts: Sequence[Part], origins: Sequence[Origin], kept: Sequence[Kept], yardstick: Yardstick
) -> dict[str, Any]:
    """Return what ``results.json`` of the merged pack says."""
    worlds = _worlds(parts)
    records = [record_of(one.record) for one in kept]
    missing = sorted(lost(yardstick.scenarios, records, worlds))
    differing = discrepancies(kept, origins)
    findings = {one for part in parts for one in _own_findings(part)}
    findings |= {*missing, *differing, *extra(yardstick.scenarios, records, worlds)}
    stale = _union(parts, "stale_clauses")
    signoff = sign_off(
        yardstick.documents,
        records,
        worlds,
        findings,
        _integration(parts),
        lost=missing,
        stale_clauses=stale
        if all(one.pack.results.get("source_checked") for one in parts) or stale
        else None,
    )
    return results(signoff) | {
        "systems": {
            world: united(part.pack.results["systems"].get(world, NOTHING) for part in parts)
            for world in worlds
        },
        "scenarios": [one.record for one in kept],
        "origins": [{"name": one.name, "content": one.content} for one in origins],
        "discrepancies": differing,
    }


def record_of(plain: Mapping[str, Any]) -> Record:
    """Return a record as ``results.json`` has it; what a record does not know is left out."""
    known = {name: value for name, value in plain.items() if name in _FIELDS}
    steps = [StepRecord(one["keyword"], one["text"], one["outcome"]) for one in plain["steps"]]
    return Record(**{**known, "row": tuple(plain["row"]), "tags": tuple(plain["tags"]), "steps": steps})


def _own_findings(part: Part) -> set[str]:
    """Return a pack's findings without those that are found anew over all packs."""
    said = part.pack.results
    return set(said["findings"]) - set(said.get("lost", [])) - set(said.get("discrepancies", []))


def _worlds(parts: Sequence[Part]) -> tuple[str, ...]:
    found = {world for part in parts for world in part.pack.results["worlds"]}
    order = [*WORLDS, *sorted(found - WORLDS.keys())]
    return tuple(world for world in order if world in found)


def _integration(parts: Sequence[Part]) -> str:
    names = {one for part in parts for one in part.pack.results["integration"].split(", and ")}
    return ", and ".join(sorted(names - {"none"})) or "none"


def _union(parts: Sequence[Part], name: str) -> dict[str, str]:
    return {key: text for part in parts for key, text in sorted(part.pack.results.get(name, {}).items())}
