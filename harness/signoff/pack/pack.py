"""A pack as it lies in its folder, read for whoever renders, verifies, approves, merges or compares it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import NoPack
from harness.signoff.pack.layout import APPROVALS, ATTESTATION, MANIFEST, RESULTS, TIMES, is_pack

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
    """Read the pack in ``folder``; ``NoPack`` when there is none, or when a file of it cannot be read."""
    if not is_pack(folder):
        raise NoPack(f"{folder}: there is no sign-off pack here (pytest --signoff {folder} makes one)")
    numbers = sorted(int(one.stem) for one in (folder / APPROVALS).glob("*.json") if one.stem.isdecimal())
    results = _read(folder, RESULTS)
    if results.get("format") != FORMAT:
        raise NoPack(f"{folder}/{RESULTS}: format {results.get('format')!r}, and this harness reads {FORMAT}")
    return Pack(
        folder,
        results,
        _read(folder, TIMES),
        _read(folder, ATTESTATION),
        _read(folder, MANIFEST) if (folder / MANIFEST).exists() else {},
        tuple(_read(folder, f"{APPROVALS}/{number}.json") for number in numbers),
    )


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        found = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise NoPack(f"{folder}/{name} cannot be read: {type(error).__name__}: {error}") from None
    if not isinstance(found, dict):
        raise NoPack(f"{folder}/{name}: an object is expected")
    return found
