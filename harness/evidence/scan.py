"""The last look at a finished pack: no secret may stand in any file of it, inside archives too."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

LOOKS_LIKE_A_KEY = re.compile(rb"pk_[A-Za-z0-9_-]{20,}")
"""What every private key of the fakes looks like, and of Klaviyo itself."""


def secrets_found(pack: Path, secrets: Iterable[str]) -> list[str]:
    """Return the files in ``pack``, and members of archives, in which a key or one of ``secrets`` stands."""
    known = [one.encode() for one in secrets if one]
    files = sorted(one for one in pack.rglob("*") if one.is_file())
    contents = (
        found for one in files for found in _unpacked(one.relative_to(pack).as_posix(), one.read_bytes())
    )
    return [
        name
        for name, content in contents
        if LOOKS_LIKE_A_KEY.search(content) or any(one in content for one in known)
    ]


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, or what is in it if it is an archive, however deep."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield name, content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            yield from _unpacked(f"{name}: {member}", archive.read(member))
