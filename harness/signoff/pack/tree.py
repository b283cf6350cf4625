"""What lies in a pack's folder, looked at without trusting it: no link is followed, nothing is read that is no plain file."""

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from harness.signoff.pack.layout import MANIFEST, STAGED

LARGEST = 1 << 30
"""Bytes. No file of a pack comes near to it, and reading more would only keep whoever verifies waiting."""
_PIECE = 1 << 20


@dataclass
class Listing:
    """A pack's files (path → SHA-256) without the manifest, its folders, and what is no plain file, in words."""

    files: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    is_cut_short: bool = False
    """Whether an approval or a signature was being written when something ended it."""


def listing(folder: Path) -> Listing:
    """Look at everything in ``folder``. What cannot be read becomes a problem; nothing is raised."""
    found = Listing()
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            entries = sorted(os.scandir(folder / inside), key=lambda one: one.name)
        except OSError as error:
            found.problems.append(f"{inside or folder}: cannot be read: {error.strerror}")
            continue
        for entry in entries:
            name = f"{inside}/{entry.name}" if inside else entry.name
            if name == STAGED:
                found.is_cut_short = True
            elif entry.is_dir(follow_symlinks=False):
                found.folders.add(name)
                waiting.append(name)
            elif name != MANIFEST or entry.is_symlink():
                _add(found, name, Path(entry.path))
    return found


def _add(found: Listing, name: str, path: Path) -> None:
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            found.problems.append(f"{name}: a link to another place; a pack holds plain files only")
        elif not stat.S_ISREG(status.st_mode):
            found.problems.append(f"{name}: no plain file")
        elif status.st_size > LARGEST:
            found.problems.append(f"{name}: {status.st_size} bytes, more than any file of a pack")
        else:
            found.files[name] = digest_of_file(path)
    except OSError as error:
        found.problems.append(f"{name}: cannot be read: {error.strerror}")


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, read piece by piece. Raises ``OSError``."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
