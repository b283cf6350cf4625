"""When and where facts were last seen true is kept beside them, and shown with the differences."""

import json
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BadEvidence
from harness.live.facts.every import every_fact
from harness.live.facts.memory import (
    FACTS,
    FAKES,
    LEDGER,
    NOT,
    Seen,
    digest,
    known,
    learned,
    section,
    text_of,
    with_section,
)

DAY = date(2026, 11, 28)
ID = "klaviyo-unknown-metric-is-404"


def _evidence(path: Path, *, real: bool = True, verdict: str = "agrees") -> Path:
    data: dict[str, Any] = {
        "kind": "drift",
        "at": "2026-12-01T09:00:00+00:00",
        "real": real,
        "klaviyo": {"host": "a.klaviyo.com", "account": "AbC123"},
        "gladly": {"host": "shop.us-uat.gladly.qa", "organization": "UvImZaYMQtKJGF2VDuiBNg"},
        "facts": [{"id": ID, "verdict": verdict}],
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_every_fact_is_kept() -> None:
    """Each fact has an entry, and there is none without a fact; `python -m tests.live.drift_baseline` adds those missing."""
    assert set(known()) == {one.id for one in every_fact()}
    assert FACTS.read_text(encoding="utf-8") == text_of(known())


def test_differences_show_it() -> None:
    """The last section of the differences is what the entries say."""
    ledger = LEDGER.read_text(encoding="utf-8")
    assert with_section(ledger, every_fact(), known()) == ledger


def test_run_at_real_systems_is_learned_from(tmp_path: Path) -> None:
    """What held at real systems has that day, the host and a digest of the account, and not its id."""
    found = learned(known(), _evidence(tmp_path / "run.json"))
    assert found[ID] == Seen(date(2026, 12, 1), f"a.klaviyo.com, account {digest('AbC123')}")
    assert "AbC123" not in text_of(found)
    assert tomllib.loads(text_of(found))[ID]["on"] == date(2026, 12, 1)


def test_what_did_not_hold_is_said_so(tmp_path: Path) -> None:
    """What did not hold is kept as denied, and its row says where."""
    found = learned(known(), _evidence(tmp_path / "run.json", verdict="disagrees"))
    assert found[ID].state(DAY) == "denied"
    row = next(one for one in every_fact() if one.row)
    seen = known() | {row.id: Seen(DAY, f"{NOT}a.klaviyo.com, account 1f")}
    assert f"2026-11-28 not so at a.klaviyo.com, account 1f: {row.row}" in section([row], seen)


def test_undecided_leaves_what_is_known(tmp_path: Path) -> None:
    """What could not be told changes nothing."""
    assert learned(known(), _evidence(tmp_path / "run.json", verdict="cannot tell")) == known()


@pytest.mark.parametrize("text", ["", "[]", '{"kind": "drift"}', '{"kind": "other"}'])
def test_other_files_are_refused(text: str, tmp_path: Path) -> None:
    """What is no evidence of a run is refused."""
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadEvidence):
        learned({}, path)


def test_rehearsal_proves_nothing(tmp_path: Path) -> None:
    """A run at this machine is refused: it has shown nothing of the real systems."""
    with pytest.raises(BadEvidence, match="rehearsal"):
        learned({}, _evidence(tmp_path / "run.json", real=False))


def test_ninety_days_are_fresh() -> None:
    """What was seen 90 days ago counts, a day later it is stale; what only the fakes do is unverified."""
    assert Seen(DAY - timedelta(days=90), "a.klaviyo.com").state(DAY) == "seen"
    assert Seen(DAY - timedelta(days=91), "a.klaviyo.com").state(DAY) == "stale"
    assert Seen(DAY, FAKES).state(DAY) == "unverified"
