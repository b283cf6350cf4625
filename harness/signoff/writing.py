"""Writing a pack: results first, then what stands beside them, then what is rendered from them, and the manifest at the end."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from harness.signoff.clauses import every, load_all
from harness.signoff.environment import version
from harness.signoff.inventory import FEATURES
from harness.signoff.pack import canonical, manifest
from harness.signoff.pack.attestation import statement
from harness.signoff.pack.layout import ALLURE, ATTESTATION, MANIFEST, MESSAGES, RESULTS, TIMES
from harness.signoff.pack.pack import read
from harness.signoff.pack.rendering import rendered
from harness.signoff.pack.tree import listing
from harness.signoff.views import VIEWS

ON_REQUEST = {"messages": MESSAGES, "allure": ALLURE}
"""Forms that are written when they are asked for: the word for each, and what it writes."""


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
    pack: Path,
    results: Mapping[str, Any],
    times: Mapping[str, Any],
    run: Mapping[str, Any],
    *,
    today: date,
    standards: Collection[str] = (),
) -> None:
    """Write everything into ``pack``, where the marker and the evidence are already. ``run`` is what the attestation says.

    ``standards`` are the further forms that were asked for, of ``ON_REQUEST``: both take a lot of room.
    """
    features, clauses = feature_digests(), clause_digests()
    _write(pack / RESULTS, results)
    _write(pack / TIMES, times)
    files = listing(pack).files
    attested = statement(results, files[RESULTS], manifest.digests(files, features, clauses), run)
    _write(pack / ATTESTATION, attested)
    written = read(pack)
    wanted = [name for name in VIEWS if name not in ON_REQUEST.values() or name in standards]
    for name, content in rendered(VIEWS, written, today, wanted).items():
        (pack / name).parent.mkdir(exist_ok=True)
        (pack / name).write_bytes(content)
    by = {"on": today.isoformat(), "by": version()}
    _write(pack / MANIFEST, {**manifest.manifest(pack, features, clauses), "rendered": by})


def _write(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(canonical.dumps(data), encoding="utf-8")
