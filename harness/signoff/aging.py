"""Evidence from real systems ages: a vendor changes its system without telling anybody."""

from datetime import date, datetime

from harness.signoff.pack.pack import Pack

DAYS = 30
"""For how many days live evidence counts."""


def stale_worlds(pack: Pack, today: date, days: int = DAYS) -> dict[str, str]:
    """Return world → why its evidence no longer counts on the day ``today``."""
    made = datetime.fromisoformat(pack.run["ended"]).date()
    age = (today - made).days
    return {
        world: f"this evidence is of {made.isoformat()}, {age} days old; it counts for {days} days"
        for world, systems in pack.results["systems"].items()
        if systems == "real systems" and age > days
    }
