"""Numbered pages of a list, with how many rows each has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

import falcon

R = TypeVar("R")

SIZES = (10, 25, 50, 100)
DEFAULT_SIZE = 25
_AROUND = 2  # neighbours that are named on either side of the page that is shown


@dataclass(frozen=True, slots=True)
class Pager(Generic[R]):
    """A page of a list. ``kept`` are the parameters of the address that are not the pager's own."""

    rows: Sequence[R]
    number: int
    last: int
    size: int
    total: int
    kept: Mapping[str, str]

    @classmethod
    def of(cls, request: falcon.Request, rows: Sequence[R], **kept: str) -> "Pager[R]":
        """Return the page that ``?page=`` and ``?rows=`` ask for, or the nearest that there is."""
        size = _number(request, "rows", DEFAULT_SIZE)
        size = size if size in SIZES else DEFAULT_SIZE
        last = max(1, -(-len(rows) // size))
        number = min(max(1, _number(request, "page", 1)), last)
        said = {name: value for name, value in kept.items() if value}
        return cls(rows[(number - 1) * size : number * size], number, last, size, len(rows), said)

    @property
    def sizes(self) -> Sequence[int]:
        """The numbers of rows to choose from."""
        return SIZES

    @property
    def numbers(self) -> list[int | None]:
        """The pages to name: first, last and those around this one; None stands for those left out."""
        named = [
            one
            for one in range(1, self.last + 1)
            if one in (1, self.last) or abs(one - self.number) <= _AROUND
        ]
        found: list[int | None] = []
        for one in named:
            if found and one - 1 != found[-1]:
                found.append(None)
            found.append(one)
        return found

    def url(self, number: int) -> str:
        """Return the address of another page of the same list."""
        size = {} if self.size == DEFAULT_SIZE else {"rows": self.size}
        return f"?{urlencode({**self.kept, **size, 'page': number})}"


def _number(request: falcon.Request, name: str, otherwise: int) -> int:
    text = request.get_param(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else otherwise  # noqa: PLR2004 - no row has a larger number
