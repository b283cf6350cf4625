"""Cursors, in the forms that decoding the vendor's shows, and pages of rows.

Recorded cursors all point forward; the ones that point back mirror them (inferred).
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from fakes.klaviyo.api.jsonapi.errors import BadCursor
from fakes.klaviyo.rules.events.events import Position

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """The rows of a page and the cursors of its neighbours, None where there is none."""

    rows: Sequence[R]
    next: str | None
    prev: str | None


def _decoded(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, ValueError):
        raise BadCursor from None


def place_cursor(place: Position, *, forward: bool) -> str:
    """Return a cursor of events: base64 of ``[seconds, "id", true]`` (recorded response)."""
    return base64.b64encode(json.dumps([*place, forward]).encode()).decode()


def place_of(cursor: str) -> tuple[Position, bool]:
    """Return the place and direction of a cursor of events, or raise ``BadCursor``."""
    try:
        match json.loads(_decoded(cursor)):
            case [int(seconds), str(event_id), bool(forward)]:
                return (seconds, event_id), forward
    except (ValueError, RecursionError):  # the latter for a cursor nested too deep
        pass
    raise BadCursor


def lazy_page(
    rows: Iterator[R], size: int, cursor_of: Callable[[R, bool], str], *, forward: bool, first: bool
) -> Page[R]:
    """Return the first ``size`` of ``rows``, which begin behind the cursor and run in its direction.

    ``first`` says that there was no cursor. A page reached by a cursor has at least the cursor's row behind it.
    """
    taken = list(islice(rows, size + 1))
    more, taken = len(taken) > size, taken[:size]
    if not forward:
        taken.reverse()
    if not taken:
        return Page(taken, None, None)
    after, before = (more, not first) if forward else (True, more)
    return Page(
        taken,
        cursor_of(taken[-1], True) if after else None,
        cursor_of(taken[0], False) if before else None,
    )


def id_page(rows: Sequence[R], size: int, cursor: str | None, by: str, id_of: Callable[[R], str]) -> Page[R]:
    """Return a page of sorted ``rows``; cursors are base64 of ``next::id::<id>`` (recorded response).

    Sorted by another field than the id, the cursor names that field (inferred).
    """
    start, end = 0, size
    if cursor:
        direction, at = _row_of(rows, cursor, by, id_of)
        start, end = (at + 1, at + 1 + size) if direction == "next" else (max(0, at - size), at)
    page = rows[start:end]
    name = f"::{by}::"
    return Page(
        page,
        _encoded(f"next{name}{id_of(page[-1])}") if page and end < len(rows) else None,
        _encoded(f"prev{name}{id_of(page[0])}") if page and start > 0 else None,
    )


def _row_of(rows: Sequence[R], cursor: str, by: str, id_of: Callable[[R], str]) -> tuple[str, int]:
    match _decoded(cursor).split("::"):
        case [("next" | "prev") as direction, field, row_id] if field == by:
            at = next((index for index, row in enumerate(rows) if id_of(row) == row_id), None)
            if at is not None:
                return direction, at
    raise BadCursor


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
