"""Evidence from real systems ages: a vendor changes its system without telling anybody, fakes stay as they are."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from harness.signoff.pack.pack import Pack
from harness.signoff.pack.systems import REAL, worlds_with
from harness.worlds.registry import LIVE

DAYS = 30
"""For how many days live evidence counts."""


def stale_worlds(pack: Pack, today: date, days: int = DAYS) -> dict[str, str]:
    """Return world → why its evidence no longer counts on the day ``today``.

    Only worlds with real systems age. Evidence that is ``days`` old still counts.
    In a merged pack the oldest run that brought evidence for a world decides; without a date it does not count at all.
    """
    found = {}
    for world in worlds_with(pack.results, REAL):
        reasons = [_why(run, today, days) for run in runs_behind(pack, world)]
        if stale := [one for one in reasons if one]:
            found[world] = max(stale, key=lambda one: one[0])[1]
    return found


def runs_behind(pack: Pack, world: str) -> Iterator[dict[str, Any]]:
    """Yield the ``run`` of each attestation that evidence of ``world`` comes from: of several in a merged pack."""
    records = [one for one in pack.results["scenarios"] if one["world"] == world]
    indexes = {one.get("origin") for one in records if one["outcome"] != "not run"}
    origins = pack.attestation["predicate"].get("origins", [])
    for index in sorted(indexes, key=str):
        yield origins[index] if isinstance(index, int) and 0 <= index < len(origins) else pack.run


def made_on(run: dict[str, Any]) -> date | None:
    """Return the day on which a run ended, at the real systems where it went there; ``None`` if it does not say so."""
    said = (run.get(LIVE) or {}).get("ended") or run.get("ended")
    try:
        return datetime.fromisoformat(str(said)).date()
    except ValueError:
        return None


def _why(run: dict[str, Any], today: date, days: int) -> tuple[int, str] | None:
    """Return how many days the evidence of ``run`` is old, and why it does not count; ``None`` if it does."""
    day = made_on(run)
    if day is None:
        return 10**6, "nothing says when this evidence was made"
    age = (today - day).days
    if age > days:
        return age, f"this evidence is of {day.isoformat()}, {age} days old; it counts for {days} days"
    if age < -1:  # a day's leeway: the run tells UTC, today may be a local day
        return 10**6 - 1, f"this evidence is dated {day.isoformat()}, which is still to come"
    return None
