"""Times in words."""

from datetime import UTC, datetime, timedelta

import pytest

from fakes.klaviyo.pages.ago import distance, in_full, phrase, time_of_day

NEW_YORK = "America/New_York"


def test_the_runbooks_phrase() -> None:
    """Six hours back, in the account's time zone, reads as in the runbook's picture."""
    now = datetime(2026, 11, 23, 23, 51, tzinfo=UTC)
    assert phrase(now - timedelta(hours=6, minutes=2), now, NEW_YORK) == "about 6 hours ago at 12:49 p.m."


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"seconds": 1}, "less than a minute"),
        ({"seconds": 59}, "less than a minute"),
        ({"minutes": 1}, "1 minute"),
        ({"minutes": 2, "seconds": 59}, "2 minutes"),
        ({"minutes": 59, "seconds": 59}, "59 minutes"),
        ({"hours": 1}, "about 1 hour"),
        ({"hours": 1, "minutes": 29}, "about 1 hour"),
        ({"hours": 1, "minutes": 31}, "about 2 hours"),
        ({"hours": 23, "minutes": 29}, "about 23 hours"),
        ({"hours": 23, "minutes": 31}, "1 day"),
        ({"hours": 47}, "1 day"),
        ({"days": 2}, "2 days"),
        ({"days": 29, "hours": 23}, "29 days"),
        ({"days": 30}, "1 month"),
        ({"days": 61}, "2 months"),
        ({"days": 364}, "12 months"),
        ({"days": 365}, "1 year"),
        ({"days": 800}, "2 years"),
    ],
)
def test_distances(span: dict[str, int], words: str) -> None:
    """A span reads alike whether it lies behind or ahead."""
    assert distance(timedelta(**span)) == f"{words} ago"
    assert distance(-timedelta(**span)) == f"in {words}"


def test_now() -> None:
    """Within a second it is now."""
    assert distance(timedelta()) == "now"
    assert distance(timedelta(milliseconds=-900)) == "now"


@pytest.mark.parametrize(
    ("hour", "words"),
    [(5, "12:07 a.m."), (6, "1:07 a.m."), (16, "11:07 a.m."), (17, "12:07 p.m."), (18, "1:07 p.m.")],
)
def test_time_of_day(hour: int, words: str) -> None:
    """Midnight and noon are twelve, and the halves are spelled with points."""
    assert time_of_day(datetime(2026, 11, 23, hour, 7, tzinfo=UTC), NEW_YORK) == words


def test_in_full() -> None:
    """Date and seconds are those of the time zone."""
    assert in_full(datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC), NEW_YORK) == "Nov 23, 2026, 10:04:05 p.m."
