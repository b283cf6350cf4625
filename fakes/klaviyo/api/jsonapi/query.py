"""Query parameters of reads: filter, sort, include, sparse fieldsets and pages, and the links that repeat them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from fakes.klaviyo.api.jsonapi.errors import InvalidInput
from fakes.klaviyo.api.jsonapi.filters import Allowed, Clause, parse
from fakes.klaviyo.rules.limits import Tier

T = TypeVar("T")

CURSOR, SIZE = "page[cursor]", "page[size]"
_IGNORED = frozenset(
    {"api_key"}
)  # how retired generations passed the key; today's endpoints do not look (inferred), and that is noted


@dataclass(frozen=True, slots=True)
class PageSize:
    """How many rows a page has by default and at most (Klaviyo OpenAPI)."""

    default: int
    most: int


@dataclass(frozen=True, slots=True)
class Reads:
    """What one reading endpoint understands.

    ``includes`` maps what can be included to the scope it needs, ``include_tiers`` to the tighter limit some of it
    has. ``fields`` maps resource types to their sparse fields. ``page`` is None where the size is fixed.
    ``additional_fields`` maps resource types to attributes that are sent only when asked for, ``additional_tiers``
    some of those to the tighter limit they have. ``lists`` are filters whose ``equals`` takes a list as well.
    ``since`` and ``until`` say of parts that not every revision has which one brought them and which one took them:
    ``page[size]``, ``filter=NAME``, ``include=NAME``, ``lists=NAME``.
    """

    resource: str
    filters: Allowed = field(default_factory=dict)
    sorts: tuple[str, ...] = ()
    includes: Mapping[str, str] = field(default_factory=dict)
    include_tiers: Mapping[str, Tier] = field(default_factory=dict)
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    additional_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    page: PageSize | None = None
    paged: bool = False
    additional_tiers: Mapping[str, Tier] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    since: Mapping[str, date] = field(default_factory=dict)
    until: Mapping[str, date] = field(default_factory=dict)

    def at(self, revision: date) -> "Reads":
        """Return what the endpoint understands at ``revision``."""
        gone = {part for part, first in self.since.items() if revision < first}
        gone |= {part for part, end in self.until.items() if revision >= end}
        if not gone:
            return self
        return replace(
            self,
            filters=_without(self.filters, "filter", gone),
            includes=_without(self.includes, "include", gone),
            lists=frozenset(name for name in self.lists if f"lists={name}" not in gone),
            page=None if SIZE in gone else self.page,
        )

    def known(self) -> frozenset[str]:
        """Return the names of all parameters that are understood."""
        names = {f"fields[{kind}]" for kind in self.fields}
        names |= {f"additional-fields[{kind}]" for kind in self.additional_fields}
        names |= {"filter"} if self.filters else set()
        names |= {"sort"} if self.sorts else set()
        names |= {"include"} if self.includes else set()
        names |= {CURSOR} if self.paged else set()
        return frozenset(names | ({SIZE} if self.page else set()))


def _without(parts: Mapping[str, T], kind: str, gone: set[str]) -> dict[str, T]:
    return {name: part for name, part in parts.items() if f"{kind}={name}" not in gone}


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request, in the caller's order and spelling."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, query_string: str) -> "Query":
        """Return the parameters of a raw query string."""
        return cls(tuple(parse_qsl(query_string, keep_blank_values=True)))

    def get(self, name: str) -> str | None:
        """Return the value of ``name``, the last one if it is repeated, or None."""
        return next((value for key, value in reversed(self.pairs) if key == name), None)

    def names(self, name: str) -> tuple[str, ...]:
        """Return the comma-separated parts of ``name``."""
        return tuple(part.strip() for part in (self.get(name) or "").split(",") if part.strip())

    def none_of_includes(self) -> dict[str, list[dict[str, Any]] | None]:
        """Return an empty list for everything that is to be included, None for the one thing that is single.

        Of most things that can be included there are none here.
        """
        return {name: None if name == "conversation" else [] for name in self.names("include")}

    def check(self, reads: Reads) -> None:
        """Raise ``InvalidInput`` for parameters, includes and fields that the endpoint does not have.

        The text for a parameter is the recorded one for ``page[size]``; for others it is inferred.
        """
        known = reads.known()
        for name, _ in self.pairs:
            if name not in known and name not in _IGNORED:
                raise _no_field(name.replace("[", "_").replace("]", ""), reads.resource)
        for name in self.names("include"):
            if name not in reads.includes:
                raise InvalidInput(
                    f"'{name}' is not an allowed include parameter for this resource.", parameter="include"
                )
        for kind in reads.fields:
            self.fields(kind, reads)
        for kind in reads.additional_fields:
            self.additional(kind, reads)

    def additional(self, kind: str, reads: Reads) -> tuple[str, ...]:
        """Return the additional fields asked for of a resource type. The text of the refusal is inferred."""
        parameter = f"additional-fields[{kind}]"
        names = self.names(parameter)
        for name in names:
            if name not in reads.additional_fields[kind]:
                raise InvalidInput(
                    f"'{name}' is not a valid field for the resource '{kind}'.", parameter=parameter
                )
        return names

    def clauses(self, reads: Reads) -> list[Clause]:
        """Return the filter's clauses, none without a filter."""
        text = self.get("filter")
        return parse(text, reads.filters, reads.lists) if text else []

    def sort(self, reads: Reads, default: str) -> tuple[str, bool]:
        """Return the field to sort by and whether downwards. The text of the refusal is inferred."""
        asked = self.get("sort") or default
        name = asked.removeprefix("-")
        if name not in reads.sorts:
            raise InvalidInput(
                f"'{asked}' is not an allowed sort parameter for this resource.", parameter="sort"
            )
        return name, asked.startswith("-")

    def fields(self, kind: str, reads: Reads) -> tuple[str, ...] | None:
        """Return the sparse fields asked for of a resource type, or None for all. The refusal is inferred."""
        parameter = f"fields[{kind}]"
        if self.get(parameter) is None:
            return None
        names = self.names(parameter)
        for name in names:
            if name not in reads.fields[kind]:
                raise InvalidInput(
                    f"'{name}' is not a valid field for the resource '{kind}'.", parameter=parameter
                )
        return names

    def size(self, page: PageSize) -> int:
        """Return how many rows a page shall have. The text of the refusal is inferred."""
        asked = self.get(SIZE)
        if asked is None:
            return page.default
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= page.most):
            raise InvalidInput(f"Page size must be an integer from 1 to {page.most}.", parameter=SIZE)
        return int(asked)

    def cursor(self) -> str | None:
        """Return the page cursor; from a whole URL, as the official SDKs may send one, its cursor (SDK source)."""
        asked = self.get(CURSOR)
        if asked and asked.startswith(("http://", "https://")):
            return parse_qs(urlsplit(asked).query).get(CURSOR, [asked])[-1]
        return asked

    def encoded(self, cursor: str | None = None) -> str:
        """Return ``?`` and the parameters again, percent-encoded in full, with ``cursor`` if given; or nothing."""
        pairs = list(self.pairs)
        if cursor is not None:
            at = next((index for index, (name, _) in enumerate(pairs) if name == CURSOR), len(pairs))
            pairs[at:] = [(CURSOR, cursor), *(pair for pair in pairs[at:] if pair[0] != CURSOR)]
        return f"?{urlencode(pairs, quote_via=quote, safe='')}" if pairs else ""


def _no_field(name: str, resource: str) -> InvalidInput:
    return InvalidInput(
        f"'{name}' is not a valid field for the resource '{resource}'.", pointer=f"/data/attributes/{name}"
    )
