"""The filter grammar: ``op(field,value)``, several joined by a comma or wrapped in ``and(…)`` (vendor docs)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fakes.klaviyo.api.jsonapi.errors import InvalidInput
from fakes.klaviyo.rules import times

Allowed = Mapping[str, tuple[str, ...]]
"""The operators that each filterable field allows."""

PARAMETER = "filter"
COMPARISONS = ("greater-or-equal", "greater-than", "less-or-equal", "less-than")
_ONWARDS = frozenset({"greater-or-equal", "greater-than"})
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<mark>[(),\[\]])|(?P<bare>[^\s(),\[\]"']+))\s*"""
)
_MARKS = "(),[]"
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")


class Bare(str):
    """A value without quotes: a number, a date and time, a boolean."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition. ``value`` is a quoted text, a ``Bare`` one, a list of them, or None for ``has(field)``."""

    operator: str
    field: str
    value: str | list[str] | None

    def texts(self) -> list[str]:
        """Return the quoted text or texts; raise ``InvalidInput`` for anything else."""
        values = self.value if isinstance(self.value, list) else [self.value]
        if any(value is None or isinstance(value, Bare) for value in values):
            raise broken()
        return [str(value) for value in values]

    def moment(self) -> datetime:
        """Return the value as a moment in UTC, quoted or not (vendor docs show both)."""
        if not isinstance(self.value, str):
            raise broken()
        try:
            return times.parse(self.value)
        except ValueError:
            raise broken() from None

    def number(self) -> float:
        """Return the value as a number; it stands without quotes (vendor docs)."""
        if not isinstance(self.value, Bare) or not _NUMBER.fullmatch(self.value):
            raise broken()
        return float(self.value)


def broken() -> InvalidInput:
    """Return the error for a filter that cannot be read (the text is inferred)."""
    return InvalidInput("Invalid filter provided.", parameter=PARAMETER)


def parse(text: str, allowed: Allowed, lists: frozenset[str] = frozenset()) -> list[Clause]:
    """Return the clauses of ``text``, all of which must hold; ``lists`` are fields whose ``equals`` may take a list.

    Raises ``InvalidInput`` for bad grammar, a field that is not filterable, or an operator the field does not allow.
    """
    try:
        clauses = _Parser(text).clauses()
    except RecursionError:  # and(and(and(…
        raise broken() from None
    for clause in clauses:
        _check(clause, allowed)
        _check_value(clause, lists)
    return clauses


def refuse_future(clauses: list[Clause], now: datetime) -> None:
    """Refuse clauses that ask for what comes after a moment that is yet to come.

    That events are refused so is known of ``greater-than`` (public report of 2026, without a text); code, title and
    text are those of the same filter on campaigns (public report of 2024), where the letters stand as they do here
    and the pointer is the field's bare name. That the text is the same elsewhere, that ``greater-or-equal`` is the
    same, and every other resource are inferred. Only times are filtered by these operators. Campaigns refuse "now"
    as well, by some seconds; here it passes.
    """
    for clause in clauses:
        if clause.operator in _ONWARDS and _begins(clause) > now.timestamp():
            raise InvalidInput("End date may not be in the future: YYYY-mm-ddTHH:MM:SS", pointer=clause.field)


def _begins(clause: Clause) -> float:
    """Return the unix seconds of a clause about time; an event's ``timestamp`` is such a number itself."""
    return clause.number() if clause.field == "timestamp" else clause.moment().timestamp()


def _check(clause: Clause, allowed: Allowed) -> None:
    if clause.field not in allowed:
        raise InvalidInput(
            f"'{clause.field}' is not a filterable field for this resource. "
            f"The filterable fields on this resource are: {', '.join(sorted(allowed))}",
            parameter=PARAMETER,
        )
    operators = allowed[clause.field]
    if clause.operator not in operators:
        raise InvalidInput(
            f"'{clause.operator}' is not an allowed filter operator for {clause.field}.  "
            f"Allowed operators are {', '.join(operators)}",
            parameter=PARAMETER,
        )


def _check_value(clause: Clause, lists: frozenset[str]) -> None:
    """Refuse a value where there is none, a list where there is one value, and one value where there is a list.

    ``has`` takes none and ``any`` a list (vendor docs); that others refuse a list is inferred.
    """
    if (clause.value is None) != (clause.operator == "has"):
        raise broken()
    may_be_list = clause.operator == "equals" and clause.field in lists
    if not may_be_list and isinstance(clause.value, list) != (clause.operator == "any"):
        raise broken()


class _Parser:
    """Reads one filter from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise broken()
            self._tokens.append(match[match.lastgroup or 0])
            at = match.end()
        self._at = 0

    def clauses(self) -> list[Clause]:
        found = self._joined()
        if self._at != len(self._tokens):
            raise broken()
        return found

    def _joined(self) -> list[Clause]:
        found = self._clause()
        while self._taken(","):
            found += self._clause()
        return found

    def _clause(self) -> list[Clause]:
        operator = self._word()
        self._need("(")
        if operator == "and":
            found = self._joined()
        else:
            field = self._word()
            found = [Clause(operator, field, self._value() if self._taken(",") else None)]
        self._need(")")
        return found

    def _value(self) -> str | list[str]:
        if not self._taken("["):
            return self._single()
        values: list[str] = []
        while not self._taken("]"):
            if values:
                self._need(",")
            values.append(self._single())
        return values

    def _single(self) -> str:
        word = self._next()
        if word[0] in "\"'":
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if word in _MARKS:
            raise broken()
        return Bare(word)

    def _word(self) -> str:
        word = self._next()
        if word[0] in f"\"'{_MARKS}":
            raise broken()
        return word

    def _taken(self, mark: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == mark:
            self._at += 1
            return True
        return False

    def _need(self, mark: str) -> None:
        if not self._taken(mark):
            raise broken()

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise broken()
        self._at += 1
        return self._tokens[self._at - 1]
