"""``manifest.json``: the SHA-256 of every other file of a pack, of the features, and of the clauses."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.signoff.pack import canonical
from harness.signoff.pack.layout import EVIDENCE, MANIFEST, RESULTS

FORMAT = 2


def sha256(content: bytes) -> str:
    """Return the digest of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def files_of(pack: Path) -> dict[str, str]:
    """Return path → digest of every file in ``pack`` but the manifest itself."""
    found = {one.relative_to(pack).as_posix(): one for one in sorted(pack.rglob("*")) if one.is_file()}
    return {name: sha256(path.read_bytes()) for name, path in found.items() if name != MANIFEST}


def digest_of(digests: Mapping[str, str]) -> str:
    """Return one digest for a group: of its sorted lines, each a digest and a name."""
    lines = (f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return sha256("".join(lines).encode())


def digests(
    files: Mapping[str, str], features: Mapping[str, str], clauses: Mapping[str, str]
) -> dict[str, str]:
    """Return the digest of each group of what is signed, and ``content``, that of all of them."""
    groups = {
        "features": digest_of(features),
        "clauses": digest_of(clauses),
        "results": digest_of(_only(files, [RESULTS])),
        "evidence": digest_of(_only(files, [one for one in files if one.startswith(f"{EVIDENCE}/")])),
    }
    return groups | {"content": digest_of(groups)}


def manifest(pack: Path, features: Mapping[str, str], clauses: Mapping[str, str]) -> dict[str, Any]:
    """Return the manifest of ``pack`` as it lies there."""
    files = files_of(pack)
    return {
        "format": FORMAT,
        "files": files,
        "features": dict(features),
        "clauses": dict(clauses),
        "digests": digests(files, features, clauses),
    }


def write(pack: Path, features: Mapping[str, str], clauses: Mapping[str, str]) -> None:
    """Write the manifest of ``pack``; the last thing that is done to it."""
    text = canonical.dumps(manifest(pack, features, clauses))
    (pack / MANIFEST).write_text(text, encoding="utf-8")


def _only(files: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: files[name] for name in names if name in files}
