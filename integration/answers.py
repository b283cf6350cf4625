"""What the other side's answer means for the thing that was asked of it."""

import re
from email.utils import parsedate_to_datetime

import httpx

LONGEST_ASKED = 86_400.0
_JUDGED = {
    httpx.codes.BAD_REQUEST,
    httpx.codes.FORBIDDEN,
    httpx.codes.CONFLICT,
    httpx.codes.REQUEST_ENTITY_TOO_LARGE,
    httpx.codes.UNPROCESSABLE_ENTITY,
}
"""Statuses that have an end only in the API's own words, which are JSON."""


class RetryLater(Exception):
    """Try again, not before ``seconds`` when the other side asked for a wait."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        """Say why, for the log."""
        super().__init__(why)
        self.seconds = seconds


class Throttled(RetryLater):
    """The wait is for all that is asked of that side, not for this one thing."""


class Refused(Exception):
    """The credentials or the API are of no use: park everything until the settings change."""


class Rejected(Exception):
    """This one request will never be accepted, however often it is sent."""


def later_if_busy(response: httpx.Response, now: float) -> None:
    """Raise ``Throttled`` on 429, and on 5xx that names a wait; ``RetryLater`` on any other 5xx."""
    busy = response.status_code == httpx.codes.TOO_MANY_REQUESTS
    if busy or response.is_server_error:
        seconds = asked_wait(response, now)
        raise (Throttled if busy or seconds else RetryLater)(f"status {response.status_code}", seconds)


def asked_wait(response: httpx.Response, now: float) -> float:
    """Return the seconds that ``Retry-After`` asks for, 0 when it says nothing sensible.

    A date in it is by the other side's clock, which the ``Date`` of the same answer tells; ours may differ.
    """
    asked = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", asked):
        return min(float(asked), LONGEST_ASKED)
    until = http_date(asked)
    if until is None:
        return 0.0
    return min(max(0.0, until - told_at(response, now)), LONGEST_ASKED)


def told_at(response: httpx.Response, now: float) -> float:
    """Return the time at the other side as its answer tells it, else ours."""
    said = http_date(response.headers.get("Date", ""))
    return now if said is None else said


def http_date(text: str) -> float | None:
    """Return an HTTP date as Unix seconds, None for anything else."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def later_if_not_from_the_api(response: httpx.Response) -> None:
    """Raise ``RetryLater`` on a page of what stands in front of the API, which knows nothing of keys or events.

    That is a refusal in HTML, or one of those that count only as the API's own JSON and is none.
    """
    kind = response.headers.get("Content-Type", "")
    in_front = "html" in kind or (response.status_code in _JUDGED and "json" not in kind)
    if response.is_client_error and in_front:
        raise RetryLater("turned away in front of the API")
