"""Writing a pack: results first, then what stands beside them, then what is rendered from them, and the manifest at the end."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from harness.signoff.clauses import every, load_all
from harness.signoff.inventory import FEATURES
from harness.signoff.pack import canonical, manifest
from harness.signoff.pack.attestation import statement
from harness.signoff.pack.layout import ATTESTATION, RESULTS, TIMES
from harness.signoff.views import write_views


def feature_digests(features: Path = FEATURES) -> dict[str, str]:
    """Return path → SHA-256 of every feature file."""
    files = sorted(features.rglob("*.feature"))
    return {
        one.relative_to(features).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest() for one in files
    }


def clause_digests() -> dict[str, str]:
    """Return id → SHA-256 of every clause, with all that it says and rests on."""
    clauses = every(load_all())
    return {name: manifest.sha256(canonical.dumps(asdict(one)).encode()) for name, one in clauses.items()}


def write_pack(
    pack: Path, results: Mapping[str, Any], times: Mapping[str, Any], run: Mapping[str, Any], today: date
) -> None:
    """Write everything into ``pack``, where the marker and the evidence are already. ``run`` is what the attestation says."""
    features, clauses = feature_digests(), clause_digests()
    _write(pack / RESULTS, results)
    _write(pack / TIMES, times)
    files = manifest.files_of(pack)
    attested = statement(results, files[RESULTS], manifest.digests(files, features, clauses), run)
    _write(pack / ATTESTATION, attested)
    write_views(pack, today)
    manifest.write(pack, features, clauses)


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(canonical.dumps(data), encoding="utf-8")
