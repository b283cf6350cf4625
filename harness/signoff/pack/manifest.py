"""``manifest.json``: the SHA-256 of every other file of a pack, of the features, and of the clauses."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.signoff.pack.layout import EVIDENCE, RESULTS
from harness.signoff.pack.tree import listing

FORMAT = 2


def sha256(content: bytes) -> str:
    """Return the digest of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


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
    files = listing(pack).files
    return {
        "format": FORMAT,
        "files": files,
        "features": dict(features),
        "clauses": dict(clauses),
        "digests": digests(files, features, clauses),
    }


def _only(files: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: files[name] for name in names if name in files}
