"""Which integration was tested, in which version: its command, the digests of its files, and what it calls itself."""

import hashlib
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from harness.signoff.environment import ROOT
from harness.signoff.pack.manifest import digest_of

REFERENCE = ROOT / "integration"
MOST_FILES = 500
"""Of a folder with more files than these only what the command names is looked at."""


def identity(command: str | None, agents: Iterable[str] = ()) -> dict[str, Any]:
    """Return what is known of the integration that ``command`` starts, None being the reference one.

    ``files`` are the files that the command names, and those of the same kind beside each; ``agents`` what it called itself
    in its calls. The digest is empty when the command names no file, such as an image in a registry.
    """
    found = sorted(REFERENCE.glob("*.py")) if command is None else sorted(set(_files(command)))
    files = {_name(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
    return {
        "command": command or "python -m integration",
        "files": files,
        "digest": digest_of(files) if files else "",
        "says": ", ".join(sorted(set(agents))),
    }


def _files(command: str) -> Iterable[Path]:
    for word in shlex.split(command):
        path = Path(word)
        if not path.is_file() or _is_a_program_of_the_machine(path):
            continue
        yield path
        beside = [one for one in path.parent.glob(f"*{path.suffix}") if path.suffix and one.is_file()]
        yield from beside if len(beside) <= MOST_FILES else []


def _is_a_program_of_the_machine(path: Path) -> bool:
    """Say whether this is an interpreter rather than the integration: found by its folder's name."""
    return path.parent.name in {"bin", "sbin", "Scripts"}


def _name(path: Path) -> str:
    whole = path.resolve()
    return whole.relative_to(ROOT).as_posix() if whole.is_relative_to(ROOT) else whole.as_posix()
