"""A pack as it lies in its folder, read for whoever renders, verifies, approves, merges or compares it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import NoPack
from harness.signoff.pack.documents import examine
from harness.signoff.pack.layout import APPROVALS, ATTESTATION, MANIFEST, RESULTS, TIMES, is_pack
from harness.signoff.pack.parts import APPROVAL
from harness.signoff.pack.shapes import Approval

FORMAT = 2


@dataclass(frozen=True)
class Pack:
    """What stands in the files of a pack: plain JSON values, as ``docs/signoff.md`` describes them."""

    folder: Path
    results: dict[str, Any]
    times: dict[str, Any]
    attestation: dict[str, Any]
    manifest: dict[str, Any]
    """Empty while the pack is being written."""
    approvals: tuple[dict[str, Any], ...] = ()

    @property
    def run(self) -> dict[str, Any]:
        """When, where, how long and by whom it was made."""
        found: dict[str, Any] = self.attestation["predicate"]["run"]
        return found

    def evidence(self, path: str) -> dict[str, Any]:
        """Return what stands in one of its evidence files."""
        return _read(self.folder, path)


def read(folder: Path) -> Pack:
    """Read the pack in ``folder``; ``NoPack`` when there is none, or when a file of it cannot be read.

    Approvals that cannot be read are left out: whoever verifies the pack is told of them.
    """
    if not folder.is_dir():
        raise NoPack(f"{folder}: there is no such folder; name the one that the pack is in")
    if not is_pack(folder):
        raise NoPack(f"{folder}: there is no sign-off pack here (pytest --signoff {folder} makes one)")
    results = _read(folder, RESULTS)
    if results.get("format") != FORMAT:
        raise NoPack(f"{folder}/{RESULTS}: format {results.get('format')!r}, and this harness reads {FORMAT}")
    return Pack(
        folder,
        results,
        _read(folder, TIMES),
        _read(folder, ATTESTATION),
        _read(folder, MANIFEST) if (folder / MANIFEST).exists() else {},
        tuple(_approvals(folder)),
    )


def _approvals(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the approvals in the order of their numbers, without what only lies beside them or is none."""
    if not (folder / APPROVALS).is_dir() or (folder / APPROVALS).is_symlink():
        return
    names = (f"{APPROVALS}/{one.name}" for one in (folder / APPROVALS).iterdir())
    numbers = {int(match[1]): match[0] for one in names if (match := APPROVAL.fullmatch(one))}
    for _, name in sorted(numbers.items()):
        is_plain = (folder / name).is_file() and not (folder / name).is_symlink()
        if is_plain and examine(folder, name, Approval)[0] is not None:
            yield _read(folder, name)


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        found = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise NoPack(f"{folder}/{name} cannot be read: {type(error).__name__}: {error}") from None
    if not isinstance(found, dict):
        raise NoPack(f"{folder}/{name}: an object is expected")
    return found
