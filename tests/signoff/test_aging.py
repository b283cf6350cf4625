"""Live evidence ages, and what the fakes showed does not."""

import dataclasses
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.signoff.pack.aging import stale_worlds
from harness.signoff.pack.pack import Pack

MADE = date(2026, 11, 1)


def pack_of(
    *, ended: str | None = f"{MADE}T10:00:00+00:00", outcome: str = "passed", systems: str = "real systems"
) -> Pack:
    """Return a pack of one scenario, run live and in memory."""
    run: dict[str, Any] = {"ended": "2026-12-24T10:00:00+00:00", "live": {"ended": ended} if ended else None}
    results = {
        "worlds": ["memory", "live"],
        "systems": {"memory": "fakes", "live": systems},
        "scenarios": [{"world": "memory", "outcome": "passed"}, {"world": "live", "outcome": outcome}],
    }
    return Pack(Path("nowhere"), results, {}, {"predicate": {"run": run}}, {})


def test_live_evidence_counts_for_thirty_days() -> None:
    """On the thirtieth day it still counts, on the next one it is stale, and the reason says how old it is."""
    assert stale_worlds(pack_of(), MADE + timedelta(days=30)) == {}
    stale = stale_worlds(pack_of(), MADE + timedelta(days=31))
    assert stale == {"live": "this evidence is of 2026-11-01, 31 days old; it counts for 30 days"}


def test_the_number_of_days_is_a_parameter() -> None:
    """Who asks for fresher evidence gets a stricter answer."""
    assert stale_worlds(pack_of(), MADE + timedelta(days=8), days=7).keys() == {"live"}
    assert stale_worlds(pack_of(), MADE + timedelta(days=8), days=8) == {}


def test_without_a_live_run_of_its_own_the_end_of_the_run_counts() -> None:
    """An attestation without an origin of the live run still says when it ended."""
    assert stale_worlds(pack_of(ended=None), date(2026, 12, 25)) == {}
    assert "2026-12-24" in stale_worlds(pack_of(ended=None), date(2027, 2, 1))["live"]


@pytest.mark.parametrize("ended", ["yesterday", "0"])
def test_evidence_without_a_date_does_not_count(ended: str) -> None:
    """What cannot be dated is stale."""
    assert stale_worlds(pack_of(ended=ended), MADE)["live"] == "nothing says when this evidence was made"


def test_evidence_from_the_future_does_not_count() -> None:
    """A date that is still to come is stale; a day's leeway is left for other time zones."""
    assert stale_worlds(pack_of(), MADE - timedelta(days=1)) == {}
    assert "still to come" in stale_worlds(pack_of(), MADE - timedelta(days=2))["live"]


@pytest.mark.parametrize("settings", [{"systems": "fakes"}, {"systems": "nothing"}, {"outcome": "not run"}])
def test_what_is_not_of_real_systems_does_not_age(settings: dict[str, str]) -> None:
    """Fakes do not age, and a world in which nothing was run has nothing that could."""
    assert stale_worlds(pack_of(**settings), MADE + timedelta(days=400)) == {}


def test_the_oldest_run_of_a_merged_pack_decides() -> None:
    """Each record is dated by the pack it comes from; a fresh one does not freshen an old one."""
    pack = pack_of()
    old, older, fresh = (
        {"name": day, "live": {"ended": f"2026-{day}T10:00:00+00:00"}} for day in ("09-01", "08-01", "11-20")
    )
    attestation = {
        "predicate": {"run": {"ended": "2026-11-28T10:00:00+00:00"}, "origins": [old, fresh, older]}
    }

    def merged(*origins: int) -> Pack:
        records = [{"world": "live", "outcome": "passed", "origin": one} for one in origins]
        return dataclasses.replace(
            pack, attestation=attestation, results=pack.results | {"scenarios": records}
        )

    today = date(2026, 11, 28)
    assert stale_worlds(merged(1), today) == {}
    assert "2026-09-01, 88 days old" in stale_worlds(merged(1, 0), today)["live"]
    assert "2026-08-01" in stale_worlds(merged(0, 2, 1), today)["live"]
    assert "2026-08-01" in stale_worlds(merged(2, 0), today)["live"]
