"""Which revision of the API a request asks for, and which one serves it."""

import re
from datetime import date
from functools import lru_cache

from fakes.klaviyo.api.jsonapi.errors import ApiError, Gone, InvalidInput, NotFound

HEADER = "revision"
OPT_OUT_HEADER = "X-Klaviyo-Revision-Fall-Forward-Opt-Out"
FIRST = date(2022, 10, 17)
_YEARS = {
    2022: "10-17",
    2023: "01-24 02-22 06-15 07-15 08-15 09-15 10-15 12-15",
    2024: "02-15 05-15 06-15 07-15 10-15",
    2025: "01-15 04-15 07-15 10-15",
    2026: "01-15 04-15 07-15 10-15",
}
STABLE = tuple(date.fromisoformat(f"{year}-{day}") for year, days in _YEARS.items() for day in days.split())
"""Published revisions (Klaviyo OpenAPI; the last from the official SDK)."""

SUPPORTED_YEARS = 2
BETA_SUFFIX = ".pre"
_SHAPE = re.compile(r"(\d{4}-\d{2}-\d{2})(\.pre)?")


@lru_cache(maxsize=256)
def serving(
    asked: str | None, *, opt_out: bool, today: date, since: date = FIRST, beta: bool = False
) -> date:
    """Return the revision that serves a request asking for ``asked`` on ``today``.

    A revision lives for two years; a request for a retired one is served by the oldest that lives, unless the
    caller opted out (vendor docs). A date between two revisions is served by the earlier one (inferred).
    ``since`` is the endpoint's first revision; a ``beta`` endpoint has none but those with the suffix, and
    ``NotFound`` is raised for others (recorded text). Raises ``InvalidInput`` for a missing, malformed, too early or
    future date and ``Gone`` for a retired one with the opt-out; statuses are vendor docs, all texts inferred.
    """
    day = _parsed(asked)
    if day > today:
        raise _refused("Unable to specify a future revision date.")
    if beta and not is_beta(asked):
        raise NotFound("No valid revisions found for method")
    if day < since:
        raise _refused(f"Revision date {day} is before the earliest available. Use a date after {since}.")
    living = [revision for revision in STABLE if today < _retired_on(revision)] or [STABLE[-1]]
    not_after = [revision for revision in living if revision <= day]
    if not not_after and opt_out:
        raise Gone(f"Revision {asked} has been retired.")
    return not_after[-1] if not_after else living[0]


def is_beta(asked: str | None) -> bool:
    """Say whether ``asked`` names a beta revision, by its suffix (Klaviyo beta OpenAPI)."""
    return (asked or "").strip().endswith(BETA_SUFFIX)


def _parsed(asked: str | None) -> date:
    if not asked:
        raise _refused("The revision header is required.")
    try:
        return date.fromisoformat(_shaped(asked.strip()))
    except ValueError:
        raise _refused(f"Invalid revision: {asked!r}. The format is YYYY-MM-DD[.suffix].") from None


def _shaped(asked: str) -> str:
    match = _SHAPE.fullmatch(asked)
    if match is None:
        raise ValueError(asked)
    return match[1]


def _retired_on(revision: date) -> date:
    return revision.replace(year=revision.year + SUPPORTED_YEARS)


def _refused(detail: str) -> ApiError:
    """Return a 400 in family A, as the facts suggest for headers (inferred)."""
    error = ApiError(detail)
    error.status, error.code, error.title = 400, InvalidInput.code, InvalidInput.title
    return error
