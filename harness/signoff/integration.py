"""Which integration was tested, in which version: its command, the digests of its files, and what it calls itself."""

import hashlib
import shlex
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from harness.signoff.environment import ROOT
from harness.signoff.pack.manifest import digest_of

REFERENCE = ROOT / "integration"
MOST_FILES = 500
"""Of a folder with more files than these only what the command names is looked at."""


def identity(command: str | None) -> dict[str, Any]:
    """Return what is known of the integration that ``command`` starts, None being the reference one.

    ``files`` are the files that the command names, and those of the same kind beside each, or those of the Python package it
    runs. The digest is empty when the command names none, such as an image in a registry: then the command is all there is.
    """
    found = sorted(REFERENCE.glob("*.py")) if command is None else sorted(set(_files(shlex.split(command))))
    files = {_name(path): digest for path in found if (digest := _digest(path))}
    return {
        "command": command or "python -m integration",
        "files": files,
        "digest": digest_of(files) if files else "",
    }


def _files(words: Sequence[str]) -> list[Path]:
    """Return the files that are meant: an interpreter, the first word, is none where another word names one."""
    named = [Path(word) for word in words if Path(word).is_file()]
    if len(named) > 1 and words[0] == str(named[0]):
        named = named[1:]
    modules = [Path(*module.split(".")) for flag, module in pairwise(words) if flag == "-m"]
    packages = [one for one in modules if one.is_dir()]
    if (modules or packages) and len(named) == 1 and words[0] == str(named[0]):
        named = []
    beside = [near for one in named if one.suffix for near in _within(one.parent, f"*{one.suffix}")]
    inside = [near for one in packages for near in _within(one, "*.py")]
    return [
        *named,
        *(one.with_suffix(".py") for one in modules if one.with_suffix(".py").is_file()),
        *beside,
        *inside,
    ]


def _within(folder: Path, pattern: str) -> list[Path]:
    found = [one for one in folder.glob(pattern) if one.is_file()]
    return found if len(found) <= MOST_FILES else []


def _digest(path: Path) -> str:
    """Return the digest of a file; an empty text for one that cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _name(path: Path) -> str:
    whole = path.resolve()
    return whole.relative_to(ROOT).as_posix() if whole.is_relative_to(ROOT) else whole.as_posix()
