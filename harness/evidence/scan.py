"""The last look at a finished pack: no secret may stand in any file of it, inside archives too."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

LOOKS_LIKE_A_KEY = re.compile(rb"pk_[A-Za-z0-9_-]{20,}")
"""What every private key of the fakes looks like, and of Klaviyo itself."""


def secrets_found(pack: Path, canaries: Iterable[str]) -> list[str]:
    """Return the files, and members of archives, in which a key or one of ``canaries`` stands."""
    known = [one.encode() for one in canaries]
    return [
        name
        for name, content in _contents(pack)
        if LOOKS_LIKE_A_KEY.search(content) or any(one in content for one in known)
    ]


def _contents(pack: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(one for one in pack.rglob("*") if one.is_file()):
        name = path.relative_to(pack).as_posix()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield f"{name}: {member}", archive.read(member)
        else:
            yield name, path.read_bytes()
