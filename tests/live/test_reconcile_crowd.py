"""A busy organization, whose every report is cut off, read in parts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.live.reconcile.plan import Words
from harness.live.reconcile.run import Asked, reconciled
from tests.live.reconcile_crowd import LASTS, Crowd, addresses

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
UNTIL = NOW - timedelta(hours=31)
SINCE = UNTIL - timedelta(hours=6)


def test_reports_that_are_cut_off_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With reports of an hour and a half each, read page by page, every conversation of a window is found and matched."""
    for name in ("gather.REPORT_ROWS", "gather.PAGE"):
        monkeypatch.setattr(f"harness.live.reconcile.{name}", 180 if "ROWS" in name else 50)
    monkeypatch.setattr("tests.live.reconcile_crowd.ROWS_OF_A_REPORT", 180)
    crowd = Crowd(480, NOW)
    words = Words(SINCE.isoformat(), UNTIL.isoformat(), late=7_200)
    with reconciled(crowd.systems(), "crowd", Asked(words, tmp_path / "store"), clock=lambda: NOW) as found:
        assert found.notes == ()
        assert found.sizes["conversation events"] == 240
        owed = [*range(crowd.first(SINCE), crowd.first(UNTIL))]
        owed += range(crowd.first(SINCE - LASTS), crowd.first(UNTIL - LASTS))
        once = sum(len(addresses(crowd.customer(number))) for number in owed)
        assert {name: count for name, count in found.counts.items() if count} == {"once": once}
    assert crowd.calls["Gladly /api/v1/reports"] > 6
