"""A pack that somebody has approved."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from harness.signoff.pack.approvals import Asked
from harness.signoff.pack.changes import Renderer, approve
from tests.signoff.packs import PNG, Shown, make

NOBODY = Renderer({}, "", date(2026, 3, 3))
AT = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
SCENARIOS = (
    Shown("A key is made", picture=PNG),
    Shown("A key is used", trace=b"PK a trace"),
    Shown("A page says so", tag="UPG-02", picture=PNG + b" of another"),
    Shown("It is left out", "not run", tag="UPG-02", reason="it needs tables", world="http"),
    Shown("A row", tag="UPG-02", row=("1", "x"), world="http"),
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return a pack of five scenarios."""
    return make(tmp_path / "pack", *SCENARIOS)


@pytest.fixture
def approved(pack: Path) -> Path:
    """Return one that two people have approved."""
    approve(pack, Asked("Jane Doe", "QA lead", "approve"), AT, NOBODY)
    approve(pack, Asked("Ann Lee", "Product owner", "conditional", "Confirm UPG-02 live."), AT, NOBODY)
    return pack
