"""Moments: as a person writes them, as a report writes them, and as they are shown."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from harness.errors import BadSettings

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])", re.IGNORECASE)
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def moment(text: str, option: str, now: datetime) -> datetime:
    """Return what ``text`` means: an ISO moment or date, in UTC without an offset, or how long before ``now``.

    Raises ``BadSettings``, naming the ``option``.
    """
    given = text.strip()
    try:
        if ago := _AGO.fullmatch(given):
            return now - timedelta(**{UNITS[ago[2].lower()]: float(ago[1])})
        return parsed(given)
    except (ValueError, OverflowError):
        what = (
            f"{option}: {text!r} is neither a moment such as 2026-03-02T17:00:00Z, nor a date such as 2026-03-02"
            " (both in UTC unless they say otherwise), nor how long ago, such as 90m, 24h or 3d"
        )
        raise BadSettings([what]) from None


def parsed(text: str, zone: tzinfo = UTC) -> datetime:
    """Return an ISO moment or date in UTC; without an offset it is one of ``zone``. Raises ``ValueError``."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def milliseconds(when: datetime) -> int:
    """Return ``when`` as it is stored: whole milliseconds since the epoch, cut off."""
    return int(when.timestamp() * 1_000)


def from_milliseconds(at: float) -> datetime:
    """Return the moment that is stored as ``at``."""
    return datetime.fromtimestamp(at / 1_000, UTC)


def shown(when: datetime) -> str:
    """Return ``when`` for people: UTC, to the second."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def iso(when: datetime) -> str:
    """Return ``when`` for programs: UTC, with milliseconds."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration(seconds: float) -> str:
    """Return a length of time in the two largest units that it has, such as ``1 h 5 min``."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min" + (f" {whole % MINUTE} s" if whole % MINUTE else "")
    hours, minutes = divmod(whole // MINUTE, 60)
    if whole < 2 * DAY:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    days, hours = divmod(hours, 24)
    return f"{days} d" + (f" {hours} h" if hours else "")
