"""Sample packs, made of the project's own clauses and scenarios: what a run would leave, without running anything."""

import dataclasses
import struct
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.evidence.record import Outcome, Record, StepRecord
from harness.signoff.clauses import Clause, Document, load_all
from harness.signoff.inventory import Scenario, declared
from harness.signoff.pack import canonical, manifest
from harness.signoff.pack.approvals import digests_now
from harness.signoff.pack.attestation import statement
from harness.signoff.pack.layout import APPROVALS, ATTESTATION, MANIFEST, PICTURES, RESULTS, TIMES, prepare
from harness.signoff.pack.pack import Pack, read
from harness.signoff.pack.tree import listing
from harness.signoff.verdicts import ClauseResult, sign_off
from harness.worlds.registry import WORLDS
from tests.signoff.sample_evidence import evidence_of, pictures_of

LOCAL = ("memory", "http", "browser")
SOME = frozenset({"NOTE-01", "NOTE-02", "PRE-02", "UPG-16", "TST-01", "CON-03"})
LIVE_ORIGIN = {
    "app": "Klaviyo",
    "began": "2026-11-20T09:00:00+00:00",
    "by": "Dana Field",
    "ended": "2026-11-20T09:25:00+00:00",
    "gladly": {"organization": "Acme Test", "organization_id": "org-1", "url": "https://acme.gladly.test"},
    "kept": ["the profile anna@example.test, which Klaviyo cannot delete"],
    "klaviyo": {
        "account_id": "AbC123",
        "api": "https://a.klaviyo.test",
        "test_account": True,
        "web": "https://www.klaviyo.test",
    },
    "left": [],
    "mode": "verify",
    "rehearsal": False,
    "run": "run-7",
}


@dataclass(frozen=True)
class Fate:
    """What becomes of a scenario in a world."""

    outcome: Outcome = "passed"
    reason: str = ""
    kind: str = ""
    seen: tuple[str, ...] = ("answers", "calls")
    said: tuple[str, ...] = ()


def usual(scenario: Scenario, world: str) -> Fate:
    """Let everything pass that the world can do."""
    capabilities = WORLDS[world].capabilities
    if lacking := sorted(set(scenario.needs) - capabilities):
        return Fate("not run", f"the {world} world has no {', '.join(lacking)}", "needs", ())
    return Fate()


@dataclass(frozen=True)
class Sample:
    """What a pack is to be like; ``clauses`` are the ids it holds, all of them when empty."""

    worlds: tuple[str, ...] = LOCAL
    clauses: Collection[str] = SOME
    fate: Callable[[Scenario, str], Fate] = usual
    results: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)
    alter: Callable[[dict[str, Any]], None] = lambda _results: None
    approvals: tuple[Mapping[str, Any], ...] = ()


def write(folder: Path, sample: Sample) -> Pack:
    """Write the pack into ``folder``, manifest and approvals too, and read it."""
    prepare(folder)
    kept = tuple(_only(document, sample.clauses) for document in load_all())
    documents = [document for document in kept if document.clauses]
    ids = {clause.id for document in documents for clause in document.clauses}
    scenarios = [one for one in declared() if set(one.clauses) & ids]
    fates = {(one.key, world): sample.fate(one, world) for one in scenarios for world in sample.worlds}
    records = [_record(one, world, fates[one.key, world]) for one in scenarios for world in sample.worlds]
    results = _results(documents, records, fates, sample)
    sample.alter(results)
    _write(folder / RESULTS, results)
    _write_evidence(folder, results, fates)
    _write(folder / TIMES, _times(results))
    features, clauses = {"upgrade/x.feature": "0" * 64}, dict.fromkeys(sorted(ids), "1" * 64)
    files = listing(folder).files
    origins = [run_of(sample) | {"name": one["name"]} for one in results.get("origins", [])]
    digests = manifest.digests(files, features, clauses)
    _write(folder / ATTESTATION, statement(results, files[RESULTS], digests, run_of(sample), origins))
    rendered = {"on": "2026-11-28", "by": ""}
    _write(folder / MANIFEST, {**manifest.manifest(folder, features, clauses), "rendered": rendered})
    _write_approvals(folder, sample)
    return read(folder)


def _only(document: Document, ids: Collection[str]) -> Document:
    clauses = tuple(one for one in document.clauses if not ids or one.id in ids)
    return dataclasses.replace(document, clauses=clauses)


def _record(scenario: Scenario, world: str, fate: Fate) -> Record:
    steps = [StepRecord(*_sentence(index, text), "not run") for index, text in enumerate(scenario.steps)]
    record = Record(
        *(scenario.feature, scenario.rule, scenario.name, scenario.row, world, tuple(sorted(scenario.tags))),
        *(steps, fate.outcome, fate.reason),
        seen=list(fate.seen),
    )
    if fate.outcome == "passed":
        for step in steps:
            step.outcome = "passed"
    if fate.outcome == "failed":
        for step in steps[:-1]:
            step.outcome = "passed"
        steps[-1].outcome = "failed"
    return record


def _sentence(index: int, text: str) -> tuple[str, str]:
    return (("Given", "When", "Then")[min(index, 2)], text)


def _results(
    documents: list[Document], records: list[Record], fates: Mapping[Any, Fate], sample: Sample
) -> dict[str, Any]:
    result = sign_off(documents, records, sample.worlds, (), "the reference integration")
    chapters = [
        {"title": one.title, "clauses": [_clause(clause) for clause in one.results]}
        for one in result.chapters
    ]
    return {
        "format": 2,
        "verdict": result.verdict,
        "complete": result.complete,
        "integration": result.integration,
        "worlds": list(sample.worlds),
        "systems": {one: "real systems" if WORLDS[one].goes_live else "fakes" for one in sample.worlds},
        "counts": {outcome: result.counts[outcome] for outcome in ("passed", "failed", "not run")},
        "documents": chapters,
        "scenarios": [
            _with_evidence(one, fates[one.key, one.world], number)
            for number, one in enumerate(result.records)
        ],
        "findings": [],
        "lost": [],
        "stale_clauses": {},
        "source_checked": True,
        **sample.results,
    }


def _clause(result: ClauseResult) -> dict[str, Any]:
    clause: Clause = result.clause
    answers = {"passed": "yes", "failed": "no"}
    return {
        **{name: getattr(clause, name) for name in ("id", "says", "where", "actor", "system", "subject")},
        "verdict": result.verdict,
        "answer": answers.get(result.verdict, "unverified"),
        "worlds": {
            one.world: {"verdict": one.verdict, "scenarios": one.scenarios, "not_run": one.not_run}
            for one in result.worlds
        },
        "scenarios": list(result.scenarios),
        "differences": (
            ["reports the burst window in the `RateLimit-*` headers, always"]
            if clause.subject == "systems"
            else []
        ),
        "mutants": (
            [{"name": "strip_the_tag", "mistake": "takes what follows a plus sign off an address"}]
            if clause.subject == "integration"
            else []
        ),
    }


def _with_evidence(record: Record, fate: Fate, number: int) -> dict[str, Any]:
    path = f"evidence/{record.world}/{record.feature.removesuffix('.feature')}/scenario-{number}.json"
    data = {name: value for name, value in record.as_result().items() if name != "account"}
    return {**data, "kind": fate.kind, "evidence": [path] if fate.outcome != "not run" else []}


def _write_evidence(folder: Path, results: Mapping[str, Any], fates: Mapping[Any, Fate]) -> None:
    for record in results["scenarios"]:
        fate = fates.get(((record["feature"], record["name"], tuple(record["row"])), record["world"]), Fate())
        pictures = pictures_of(record)
        for name, color in pictures.values():
            path = folder / PICTURES / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_png(color))
        for path in record["evidence"]:
            _write(folder / path, evidence_of(record, fate.said, pictures))


def _times(results: Mapping[str, Any]) -> dict[str, Any]:
    pace = {"memory": 0.03, "http": 0.4, "browser": 2.5, "live": 30.0}
    ran = [one for one in results["scenarios"] if one["outcome"] != "not run"]
    scenarios = [
        {
            **{name: one[name] for name in ("feature", "name", "row", "world")},
            "seconds": pace[one["world"]] * (1 + number % 7),
            "steps": [pace[one["world"]] / 3] * len(one["steps"]),
            "lags": [pace[one["world"]] / 20 * (1 + number % 11)] if number % 3 == 0 else [],
        }
        for number, one in enumerate(ran)
    ]
    worlds = {
        world: sum(one["seconds"] for one in scenarios if one["world"] == world)
        for world in results["worlds"]
    }
    return {"format": 1, "seconds": sum(worlds.values()) + 4.0, "worlds": worlds, "scenarios": scenarios}


def run_of(sample: Sample) -> dict[str, Any]:
    """Return the ``run`` of the sample's attestation."""
    live = next((LIVE_ORIGIN for one in sample.worlds if WORLDS[one].goes_live), None)
    systems = {
        one: "Klaviyo account AbC123, Gladly organization Acme Test"
        if WORLDS[one].goes_live
        else "the fakes of harness 0.1.0 (32f329c)"
        for one in sample.worlds
    }
    return {
        "began": "2026-11-28T11:00:00+00:00",
        "ended": "2026-11-28T11:09:40+00:00",
        "seconds": 580.0,
        "by": "Robin Field",
        "machine": {"platform": "Linux x86_64", "python": "3.11.9", "host": "build-7"},
        "environment": {
            "browser": "Chromium 142.0 (system)",
            "commit": "32f329c09fa36d5c0c6ad62a11d1fe69a2f8c111",
            "harness": "gladly-klaviyo-harness 0.1.0",
            "pytest-bdd": "9.0.1",
        },
        "seed": 20261128,
        "command": "pytest features --world memory --world http --world browser --signoff build/signoff",
        "integration": {
            "command": "python -m integration",
            "files": {
                "integration/service.py": "ab" * 32,
                "integration/workers.py": "cd" * 32,
            },
            "digest": "4c3267" + "e1" * 29,
            "says": "gladly-klaviyo-reference/1.4",
        },
        "systems": systems,
        "live": live,
        **sample.run,
    }


def _write_approvals(folder: Path, sample: Sample) -> None:
    """Write the approvals; each is of the pack as it is, unless it says of what it is."""
    present = digests_now(read(folder))
    for number, one in enumerate(sample.approvals, 1):
        full = {
            "format": 1,
            "number": number,
            "condition": "",
            "at": "2026-11-28T13:15:00+00:00",
            "of": present,
            "previous": "",
            "meaning": "approve",
            **one,
        }
        (folder / APPROVALS).mkdir(exist_ok=True)
        _write(folder / APPROVALS / f"{number}.json", full)


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical.dumps(dict(data)), encoding="utf-8")


def _png(color: tuple[int, int, int], width: int = 320, height: int = 225) -> bytes:
    """Return a picture of one color with a bar on top, as a page might look from afar."""
    data = b"".join(b"\0" + b"".join(_pixels(y, width, color)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(data, 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _pixels(y: int, width: int, color: tuple[int, int, int]) -> Iterator[bytes]:
    is_top, is_line = y < 24, y % 30 < 8
    inner = color if is_top else (214, 219, 226) if is_line else (250, 250, 251)
    yield bytes(color if is_top else (250, 250, 251)) * 20
    yield bytes(inner) * (width - 40)
    yield bytes(color if is_top else (250, 250, 251)) * 20
