"""Times as Klaviyo takes and shows them."""

import re
from datetime import UTC, datetime

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")


def parse(text: str) -> datetime:
    """Return the ISO 8601 moment ``text`` in UTC; raise ``ValueError`` for anything else.

    Parts that are missing are zero and no offset means UTC; a blank may stand for ``T``; letters are upper-case
    (vendor docs). A number of seconds is not a time (vendor docs).
    """
    if not _ISO.fullmatch(text):
        raise ValueError(f"not an ISO 8601 date and time: {text!r}")
    moment = datetime.fromisoformat(text)
    try:
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"out of the calendar in UTC: {text!r}") from None


def shown(moment: datetime) -> str:
    """Return ``moment`` as reads show it: UTC, to the second, ``+00:00`` (recorded response)."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def shown_exactly(moment: datetime) -> str:
    """Return ``moment`` as writes of profiles show it: UTC, to the microsecond (recorded response)."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def shown_seconds(timestamp: int) -> str:
    """Return unix seconds the way ``shown`` does."""
    return shown(datetime.fromtimestamp(timestamp, UTC))
