"""What a system answered, and what a fact may expect of it; texts that are said of it are safe to keep."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

import httpx

from harness.errors import Disagrees, Undecided
from harness.live.facts.call import Call
from harness.live.words import worded

LONGEST = 300
_SHORT = re.compile(r"\d{1,4}(?:, \d{1,4};w=\d{1,3})*")
"""A status, a count, a limit: numbers that are nobody's."""


@dataclass(frozen=True)
class Answer:
    """The answer to a call of the script."""

    call: Call
    response: httpx.Response

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status_code

    @property
    def text(self) -> str:
        """The body as text."""
        return self.response.text

    @cached_property
    def json(self) -> Any:
        """The body as JSON."""
        try:
            return self.response.json()
        except ValueError:
            raise Disagrees("the body is no JSON") from None

    @cached_property
    def lines(self) -> list[Any]:
        """The body as JSON lines."""
        try:
            return [json.loads(line) for line in self.text.splitlines()]
        except ValueError:
            raise Disagrees("a line of the body is no JSON") from None

    @cached_property
    def header_names(self) -> tuple[str, ...]:
        """The names of the headers as they were sent."""
        return tuple(name.decode("latin-1") for name, _ in self.response.headers.raw)

    @property
    def media_type(self) -> str:
        """The media type without parameters; empty without one."""
        return str(self.response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()

    @property
    def data(self) -> Any:
        """What stands at ``data`` of a document."""
        self.succeeds()
        return field_of(self.json, "data")

    def succeeds(self) -> None:
        """Expect the status that the call is for."""
        expect("status", self.status, self.call.status)

    def refuses(
        self,
        status: int,
        code: str,
        detail: str | None = None,
        *,
        title: str | None = None,
        pointer: str | None = None,
        parameter: str | None = None,
        attr: str | None = None,
    ) -> None:
        """Expect one of the errors to be this one, with everything that is given."""
        expect("status", self.status, status)
        wanted = {"code": code, "detail": detail, "title": title, "attr": attr}
        wanted |= {"pointer": pointer, "parameter": parameter}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        found = [_flat(one) for one in self.errors]
        if not any(wanted.items() <= one.items() for one in found):
            seen = [{name: one.get(name) for name in wanted} for one in found]
            disagree("error", seen, wanted)

    @property
    def errors(self) -> list[Any]:
        """The errors of the body."""
        errors = field_of(self.json, "errors")
        if not isinstance(errors, list) or not all(isinstance(one, dict) for one in errors):
            raise Disagrees("`errors` is no array of objects")
        return errors

    def has_headers(self, *names: str) -> None:
        """Expect headers of these names, in this letter case."""
        lower = {name.lower(): name for name in self.header_names}
        for name in names:
            seen = lower.get(name.lower())
            if seen is None:
                raise Disagrees(f"there is no header {name}")
            expect("header", seen, name)

    def header(self, name: str) -> str:
        """Return a header's value."""
        self.has_headers(name)
        return str(self.response.headers[name])


def _flat(error: dict[str, Any]) -> dict[str, Any]:
    source = error.get("source")
    return {**error, **(source if isinstance(source, dict) else {})}


def field_of(value: Any, *path: str) -> Any:
    """Return what is at ``path`` of an object."""
    for name in path:
        if not isinstance(value, dict) or name not in value:
            raise Disagrees(f"there is no field `{name}`")
        value = value[name]
    return value


def some(items: Any, what: str) -> Any:
    """Return the first of ``items``; where there is none, nothing can be said."""
    if not items:
        raise Undecided(f"there are no {what}")
    return items[0]


def expect(what: str, seen: Any, wanted: Any) -> None:
    """Expect both to be the same."""
    if seen != wanted:
        disagree(what, seen, wanted)


def disagree(what: str, seen: Any, wanted: Any) -> NoReturn:
    """Say that it is not as it should be; what was seen is told without what might be secret or personal."""
    raise Disagrees(f"{what} is {said(seen)}, and not {said(wanted)}")


def said(value: Any) -> str:
    """Return a value as it may be told."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=sorted)
    return f"`{text if _SHORT.fullmatch(text) else worded(text)[:LONGEST]}`"


def expect_fields(value: Any, names: Iterable[str], *, exactly: bool = False) -> None:
    """Expect an object to have all these fields, and no other if ``exactly``."""
    if not isinstance(value, dict):
        raise Disagrees("it is no object")
    wanted, seen = set(names), set(value)
    for name in sorted(wanted - seen):
        raise Disagrees(f"there is no field `{name}`")
    if exactly and seen - wanted:
        raise Disagrees(f"there are more fields: {said(sorted(seen - wanted))}")


def expect_look(what: str, text: Any, pattern: str) -> None:
    """Expect a text to match the whole of ``pattern``."""
    if not isinstance(text, str) or not re.fullmatch(pattern, text):
        raise Disagrees(f"{what} has another look: {said(text)}")


def expect_order(what: str, values: list[Any], *, descending: bool = False) -> None:
    """Expect ``values`` to be in order; of fewer than two different ones nothing can be said."""
    if len(set(values)) < 2:  # noqa: PLR2004 - an order takes two
        raise Undecided(f"there are too few {what} to tell an order")
    if values != sorted(values, reverse=descending):
        raise Disagrees(f"{what} are not {'descending' if descending else 'ascending'}")
