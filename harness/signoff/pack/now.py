"""The time that goes into a pack. ``SOURCE_DATE_EPOCH`` sets it, so that two runs with equal results give equal bytes.

The variable is that of https://reproducible-builds.org/specs/source-date-epoch/: seconds since 1970, UTC.
"""

import os
from datetime import UTC, datetime

from harness.errors import BadEpoch

VARIABLE = "SOURCE_DATE_EPOCH"


def fixed_time() -> datetime | None:
    """Return the time that the environment sets; None when it sets none. ``BadEpoch`` when it is no number of seconds."""
    if not (text := os.environ.get(VARIABLE)):
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadEpoch(f"${VARIABLE} is to be whole seconds since 1970, not {text!r}") from None


def now() -> datetime:
    """Return the time that is written into a pack, in UTC and whole seconds."""
    return fixed_time() or datetime.now(UTC).replace(microsecond=0)
