"""The record of a scenario on its test item, and where its evidence is kept."""

import re
from pathlib import Path

import pytest

from harness.evidence.record import Record

RECORD = pytest.StashKey[Record]()


def has_failed(item: pytest.Item) -> bool:
    """Say whether the scenario has failed so far."""
    return item.stash[RECORD].outcome == "failed"


def evidence_folder(item: pytest.Item) -> Path:
    """Return where what is seen in this scenario is kept: in the sign-off pack, else below ``build/evidence``."""
    record = item.stash[RECORD]
    pack: Path | None = item.config.getoption("--signoff")
    root = item.config.rootpath / "build" if pack is None else pack
    words = [record.feature.removesuffix(".feature"), _slug(" ".join([record.name, *record.row]))]
    return root / "evidence" / record.world / "/".join(words)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
