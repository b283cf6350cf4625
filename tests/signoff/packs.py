"""Small packs made by hand, as ``docs/signoff.md`` describes them; nothing here is taken from the code that writes real ones."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.signoff.clauses import Clause, Document
from harness.signoff.inventory import Scenario
from harness.signoff.merge.joined import Yardstick
from harness.signoff.pack.layout import MARKER, MARKER_TEXT
from harness.signoff.pack.manifest import digests

DOCUMENT = Document(
    "A runbook",
    (
        Clause("UPG-01", "Steps 1", "admin", "both", "integration", "One thing."),
        Clause("UPG-02", "Steps 2", "admin", "Gladly", "systems", "Another."),
    ),
)
FEATURES = {"upgrade/keys.feature": "1" * 64, "trouble/waits.feature": "2" * 64}
CLAUSES = {"UPG-01": "3" * 64, "UPG-02": "4" * 64}
PNG = b"\x89PNG a picture"
REFERENCE = {"command": "the reference integration", "files": {}, "digest": "", "says": "reference/1"}


@dataclass(frozen=True)
class Shown:
    """A scenario in a world, and how it ended."""

    name: str
    outcome: str = "passed"
    world: str = "memory"
    tag: str = "UPG-01"
    reason: str = ""
    row: tuple[str, ...] = ()
    feature: str = "upgrade/keys.feature"
    seen: tuple[str, ...] = ("answers", "calls")
    entries: int = 2
    picture: bytes = b""
    trace: bytes = b""

    @property
    def path(self) -> str:
        """Where its evidence stands."""
        slug = re.sub(r"\W+", "-", " ".join((self.name, *self.row)).lower())
        return f"evidence/{self.world}/{self.feature.removesuffix('.feature')}/{slug}.json"

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Its two steps."""
        last = "passed" if self.outcome == "passed" else self.outcome
        return [
            {
                "keyword": "Given",
                "text": "a key",
                "outcome": "passed" if self.outcome != "not run" else "not run",
            },
            {"keyword": "When", "text": f"{self.name} happens", "outcome": last},
        ]

    def record(self) -> dict[str, Any]:
        """Return it as ``results.json`` has it."""
        return {
            "feature": self.feature,
            "rule": "",
            "name": self.name,
            "row": list(self.row),
            "world": self.world,
            "tags": [self.tag],
            "steps": self.steps,
            "outcome": self.outcome,
            "reason": self.reason,
            "evidence": [self.path] if self.outcome != "not run" else [],
            "seen": list(self.seen) if self.outcome != "not run" else [],
            "kind": "" if self.outcome != "not run" else "needs",
        }

    def evidence(self) -> dict[str, Any]:
        """Return its evidence file."""
        entries = [
            {"kind": "call", "system": "Klaviyo", "what": f"call {one}"} for one in range(self.entries)
        ]
        pictures = [{"file": picture_path(self.picture), "page": "Klaviyo: /"}] if self.picture else []
        first, last = self.steps
        return {
            "format": 1,
            **{
                name: value
                for name, value in self.record().items()
                if name in {"feature", "rule", "name", "row"}
            },
            "world": self.world,
            "outcome": self.outcome,
            "steps": [
                {**first, "entries": [], "pictures": []},
                {**last, "entries": entries, "pictures": pictures},
            ],
            "after": [],
            "failure": None,
            "traces": [f"{self.path.removesuffix('.json')}/trace-1.zip"] if self.trace else [],
        }


def picture_path(content: bytes) -> str:
    """Return where a picture stands."""
    return f"evidence/pictures/{hashlib.sha256(content).hexdigest()[:16]}.png"


def yardstick(*shown: Shown) -> Yardstick:
    """Return what declares these scenarios."""
    every = {(one.feature, one.name, one.row): one for one in shown}
    scenarios = tuple(
        Scenario(one.feature, "", one.name, 1, (one.tag,), (), one.row) for one in every.values()
    )
    return Yardstick([DOCUMENT], scenarios, FEATURES)


@dataclass
class Making:
    """How a pack is made; what is not said is as in most."""

    findings: Sequence[str] = ()
    lost: Sequence[str] = ()
    began: str = "2026-03-02T10:00:00Z"
    ended: str = "2026-03-02T10:05:00Z"
    integration: Mapping[str, Any] = field(default_factory=lambda: dict(REFERENCE))
    features: Mapping[str, str] = field(default_factory=lambda: dict(FEATURES))
    clauses: Mapping[str, str] = field(default_factory=lambda: dict(CLAUSES))
    real: Sequence[str] = ()
    nothing: Sequence[str] = ()
    """Worlds in which nothing was run at any system."""
    commit: str = "abc"
    stale: Mapping[str, str] = field(default_factory=dict)


def make(folder: Path, *shown: Shown, making: Making | None = None) -> Path:
    """Write a pack of these scenarios into ``folder``, and return it."""
    chosen = making or Making()
    folder.mkdir(parents=True)
    (folder / MARKER).write_text(MARKER_TEXT)
    for one in shown:
        if one.outcome != "not run":
            put(folder, one.path, dumps(one.evidence()))
        if one.picture:
            put(folder, picture_path(one.picture), one.picture)
        if one.trace:
            put(folder, f"{one.path.removesuffix('.json')}/trace-1.zip", one.trace)
    put(folder, "results.json", dumps(results_of(shown, chosen)))
    put(folder, "times.json", dumps(_times(shown)))
    put(folder, "signoff.html", b"<!doctype html><title>Sign-off</title>")
    put(folder, "attestation.json", dumps(_attestation(folder, chosen)))
    put(folder, "manifest.json", dumps(manifest_of(folder, chosen.features, chosen.clauses)))
    return folder


def manifest_of(
    folder: Path, features: Mapping[str, str], clauses: Mapping[str, str], rendered: Any = None
) -> dict[str, Any]:
    """Return the manifest of a pack as it lies in ``folder``."""
    files = _digests(folder)
    return {
        "format": 2,
        "files": files,
        "features": dict(features),
        "clauses": dict(clauses),
        "digests": digests(files, features, clauses),
        "rendered": rendered or {"on": "2026-03-02", "by": "gladly-klaviyo-harness 1 (abc)"},
    }


def put(folder: Path, name: str, content: bytes) -> None:
    """Write a file of a pack."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def dumps(data: Any) -> bytes:
    """Return JSON as a pack has it."""
    text = json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True)
    return f"{text}\n".encode()


def change(folder: Path, name: str, **values: Any) -> None:
    """Set top-level values in a JSON file of a pack, and write it as packs have it."""
    put(folder, name, dumps({**json.loads((folder / name).read_bytes()), **values}))


def load(folder: Path, name: str) -> Any:
    """Return what a JSON file of a pack says."""
    return json.loads((folder / name).read_bytes())


def seal(folder: Path) -> None:
    """Write attestation and manifest anew, as somebody would who wants to hide a change."""
    manifest = load(folder, "manifest.json")
    features, clauses = manifest["features"], manifest["clauses"]
    files = _digests(folder)
    statement = load(folder, "attestation.json")
    statement["subject"] = [_named("results.json", files["results.json"])]
    groups = digests(files, features, clauses)
    statement["predicate"]["configuration"] = [_named(*one) for one in groups.items()]
    put(folder, "attestation.json", dumps(statement))
    put(folder, "manifest.json", dumps(manifest_of(folder, features, clauses, manifest["rendered"])))


def results_of(shown: Iterable[Shown], making: Making) -> dict[str, Any]:
    """Return ``results.json`` by the rules as they are told, without the code that keeps them."""
    ordered = sorted(shown, key=lambda one: (one.feature, one.name, one.row, one.world))
    worlds = [name for name in ("memory", "http", "live") if any(one.world == name for one in ordered)]
    findings = sorted([*making.findings, *making.lost])
    clauses = [_clause(one, ordered, worlds, making.stale) for one in DOCUMENT.clauses]
    counts = {name: sum(one.outcome == name for one in ordered) for name in ("passed", "failed", "not run")}
    is_passed = counts["passed"] and not (counts["failed"] or findings or making.stale)
    return {
        "format": 2,
        "verdict": "passed" if is_passed else "failed",
        "complete": all(one["verdict"] in {"passed", "failed"} for one in clauses),
        "integration": making.integration["command"],
        "worlds": worlds,
        "systems": {
            one: "real systems" if one in making.real else "nothing" if one in making.nothing else "fakes"
            for one in worlds
        },
        "counts": counts,
        "documents": [{"title": DOCUMENT.title, "clauses": clauses}],
        "scenarios": [one.record() for one in ordered],
        "findings": findings,
        "lost": list(making.lost),
        "stale_clauses": dict(making.stale),
    }


def _clause(
    clause: Clause, shown: Sequence[Shown], worlds: Sequence[str], stale: Mapping[str, str]
) -> dict[str, Any]:
    mine = [one for one in shown if one.tag == clause.id]
    of_world = {world: _in_world(clause, [one for one in mine if one.world == world]) for world in worlds}
    verdict = _over_all(mine, {one["verdict"] for one in of_world.values()})
    return {
        "id": clause.id,
        "says": clause.says,
        "where": clause.where,
        "actor": clause.actor,
        "system": clause.system,
        "subject": clause.subject,
        "verdict": verdict,
        "answer": {"failed": "no", "passed": "unverified" if clause.id in stale else "yes"}.get(
            verdict, "unverified"
        ),
        "worlds": of_world,
        "scenarios": list(dict.fromkeys(one.name for one in mine)),
        "differences": [],
        "mutants": [],
    }


def _over_all(mine: Sequence[Shown], found: set[str]) -> str:
    """Return the verdict over all worlds: what no world ran leaves a gap, what one ran does not."""
    if "failed" in found or not found & {"passed", "passed in part"}:
        return "failed" if "failed" in found else "not tested"
    ran = {(one.feature, one.name, one.row) for one in mine if one.outcome == "passed"}
    gaps = {(one.feature, one.name, one.row) for one in mine if "it needs tables" not in one.reason} - ran
    return "passed in part" if gaps else "passed"


def _in_world(clause: Clause, shown: Sequence[Shown]) -> dict[str, Any]:
    not_run = sum(one.outcome == "not run" for one in shown)
    proving = [
        one
        for one in shown
        if one.outcome == "passed" and (clause.subject == "systems" or "calls" in one.seen)
    ]
    verdict = "not tested"
    if any(one.outcome == "failed" for one in shown):
        verdict = "failed"
    elif proving:
        gaps = [one for one in shown if one.outcome == "not run" and "it needs tables" not in one.reason]
        verdict = "passed in part" if gaps else "passed"
    return {"verdict": verdict, "scenarios": len(shown), "not_run": not_run}


def _times(shown: Sequence[Shown]) -> dict[str, Any]:
    keys = [
        {"feature": one.feature, "name": one.name, "row": list(one.row), "world": one.world} for one in shown
    ]
    return {
        "format": 1,
        "seconds": 1.5 * len(shown),
        "worlds": {one.world: 1.5 for one in shown},
        "scenarios": [{**key, "seconds": 1.5, "steps": [0.5, 1.0], "lags": []} for key in keys],
    }


def _attestation(folder: Path, making: Making) -> dict[str, Any]:
    files = _digests(folder)
    results = load(folder, "results.json")
    groups = digests(files, making.features, making.clauses)

    def tests(outcome: str) -> list[str]:
        return [_full_name(one) for one in results["scenarios"] if one["outcome"] == outcome]

    passed = "PASSED" if results["complete"] else "WARNED"
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [_named("results.json", files["results.json"])],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": passed if results["verdict"] == "passed" else "FAILED",
            "configuration": [_named(*one) for one in groups.items()],
            "passedTests": tests("passed"),
            "warnedTests": tests("not run"),
            "failedTests": tests("failed"),
            "run": {
                "began": making.began,
                "ended": making.ended,
                "seconds": 300.0,
                "by": "ci",
                "machine": {"platform": "Linux", "python": "3.11"},
                "environment": {"harness": "gladly-klaviyo-harness 1", "commit": making.commit},
                "seed": 1,
                "command": "pytest",
                "integration": dict(making.integration),
                "systems": {world: f"the {kind} of {world}" for world, kind in results["systems"].items()},
                "live": None,
            },
            "origins": [],
        },
    }


def _full_name(record: Mapping[str, Any]) -> str:
    row = f" [{' | '.join(record['row'])}]" if record["row"] else ""
    return f"{record['feature']}: {record['name']}{row} ({record['world']})"


def _named(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}


def _digests(folder: Path) -> dict[str, str]:
    files = (one for one in folder.rglob("*") if one.is_file() and one.name != "manifest.json")
    return {one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}
