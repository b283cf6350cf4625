"""The record of a scenario on its test item, and where its evidence is kept."""

import re
from pathlib import Path

import pytest

from harness.evidence.record import Record

RECORD = pytest.StashKey[Record]()


def has_failed(item: pytest.Item) -> bool:
    """Say whether the scenario has failed so far; what is no scenario has not."""
    record = item.stash.get(RECORD, None)
    return record is not None and record.outcome == "failed"


def evidence_folder(item: pytest.Item) -> Path:
    """Return where what is seen in this scenario is kept: in the sign-off pack, else where ``--evidence`` says."""
    record = item.stash[RECORD]
    words = [record.feature.removesuffix(".feature"), _slug(" ".join([record.name, *record.row]))]
    return _root(item) / "evidence" / record.world / "/".join(words)


def note_evidence(item: pytest.Item, kept: list[Path]) -> None:
    """Put the files that were kept into the scenario's record, relative to the pack."""
    item.stash[RECORD].evidence = [path.relative_to(_root(item)).as_posix() for path in kept]


def _root(item: pytest.Item) -> Path:
    pack: Path | None = item.config.getoption("--signoff")
    folder: Path = item.config.getoption("--evidence")
    return item.config.rootpath / folder if pack is None else pack


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
