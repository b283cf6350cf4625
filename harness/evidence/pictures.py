"""The pictures of a pack: each under the digest of its content, so that equal ones are one file."""

import hashlib
from pathlib import Path

DIGITS = 16


def keep_by_content(picture: Path, folder: Path) -> Path:
    """Move ``picture`` into ``folder`` under its digest, and return where it is; safe for several processes at once."""
    name = hashlib.sha256(picture.read_bytes()).hexdigest()[:DIGITS] + picture.suffix
    folder.mkdir(parents=True, exist_ok=True)
    return picture.replace(folder / name)
