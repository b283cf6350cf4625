"""Times in words, as the runbook's picture of the feed has them: ``about 6 hours ago at 12:49 p.m.``.

Only that one phrase is known; the others follow it (inferred).
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_MONTH, _YEAR = 30 * _DAY, 365 * _DAY
_MIDDAY = 12


def phrase(moment: datetime, now: datetime, timezone: str) -> str:
    """Return how long ago ``moment`` was, or in how long it will be, and its time of day in ``timezone``.

    Both are aware; ``timezone`` is an IANA name.
    """
    return f"{distance(now - moment)} at {time_of_day(moment, timezone)}"


def distance(ago: timedelta) -> str:
    """Return a span of time in words: ``now``, ``5 minutes ago``, ``in about 2 hours``."""
    seconds = int(abs(ago).total_seconds())
    if seconds == 0:
        return "now"
    span = _span(seconds)
    return f"{span} ago" if ago > timedelta() else f"in {span}"


def _span(seconds: int) -> str:
    hours = round(seconds / _HOUR)
    if seconds < _MINUTE:
        return "less than a minute"
    if seconds < _HOUR:
        return _counted(seconds // _MINUTE, "minute")
    if hours < _DAY // _HOUR:
        return f"about {_counted(hours, 'hour')}"
    if seconds < _MONTH:
        return _counted(max(1, seconds // _DAY), "day")
    if seconds < _YEAR:
        return _counted(seconds // _MONTH, "month")
    return _counted(seconds // _YEAR, "year")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def time_of_day(moment: datetime, timezone: str, *, seconds: bool = False) -> str:
    """Return the time as ``12:49 p.m.`` in ``timezone``, or with its ``seconds``."""
    local = moment.astimezone(ZoneInfo(timezone))
    half = "a.m." if local.hour < _MIDDAY else "p.m."
    minutes = f"{local:%M:%S}" if seconds else f"{local:%M}"
    return f"{local.hour % _MIDDAY or _MIDDAY}:{minutes} {half}"


def in_full(moment: datetime, timezone: str) -> str:
    """Return date and time to the second: ``Nov 23, 2026, 12:49:03 p.m.``."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{local:%b} {local.day}, {local.year}, {time_of_day(moment, timezone, seconds=True)}"
