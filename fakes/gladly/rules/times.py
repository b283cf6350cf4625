"""How Gladly writes a moment."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """Return ``moment`` in UTC as ``2026-03-02T17:22:40.105Z`` (recorded response: always milliseconds)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
