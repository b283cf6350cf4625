"""Pages of rows, and the cursors that lead from one to the next."""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from fakes.klaviyo.api.jsonapi.errors import BadCursor
from fakes.klaviyo.rules.errors import InvalidCursor
from fakes.klaviyo.rules.events import cursors
from fakes.klaviyo.rules.events.events import Position

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """The rows of a page and the cursors of its neighbours, None where there is none."""

    rows: Sequence[R]
    next: str | None
    prev: str | None


def position_of(cursor: str) -> tuple[Position, bool]:
    """Return the position and direction of a cursor of events, or raise ``BadCursor``."""
    try:
        return cursors.position_of(cursor)
    except InvalidCursor:
        raise BadCursor from None


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
    try:
        said = cursors.decoded(cursor).split("::")
    except InvalidCursor:
        raise BadCursor from None
    match said:
        case [("next" | "prev") as direction, field, row_id] if field == by:
            at = next((index for index, row in enumerate(rows) if id_of(row) == row_id), None)
            if at is not None:
                return direction, at
    raise BadCursor


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
