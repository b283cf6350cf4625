"""Bodies against the schemas of a document: what breaks a schema, and what no schema names."""

import json
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from fakes.conform.document import Document, Json

_HOME = "urn:document"
_LONGEST_VALUE = 120
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_PATTERNS = {
    "RFC3339": _MOMENT,
    "ISO 8601": _MOMENT,
    "RFC3339 with millis": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "E.164": re.compile(r"\+[1-9]\d{1,14}"),
}
"""The formats that one vendor names in its own words."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of a body: ``kind`` is the schema's keyword, or ``undocumented``."""

    kind: str
    place: str
    value: str
    text: str

    @property
    def about(self) -> str:
        """What tells it from others of its kind at its place: a null breaks ``type`` twice, which is one fault."""
        return self.text if self.kind == "required" else self.value


class Schemas:
    """The schemas of one document, ready to judge bodies."""

    def __init__(self, document: Document) -> None:
        """Keep ``document`` as the home of all references."""
        self._document = document
        # The document is plain JSON: DRAFT4 is only how references in it are followed.
        resource = DRAFT4.create_resource(document.root)
        self._registry: Registry[Any] = Registry().with_resource(_HOME, resource)
        self._formats = _formats()
        plain = OAS30ReadValidator.VALIDATORS["oneOf"]

        def one_of(
            checks: Any, alternatives: list[Json], body: Json, schema: Json
        ) -> Iterator[ValidationError]:
            """Check the one alternative that names the body's ``type`` where there is one, else as always."""
            named = self._named(alternatives, body)
            if named is None:
                yield from plain(checks, alternatives, body, schema)
            elif not named:
                yield ValidationError(
                    "no alternative has this type", validator="oneOf", instance=body["type"]
                )
            else:
                yield from checks.descend(body, named[0])

        self._answers = extend(OAS30ReadValidator, {"oneOf": one_of})
        self._requests = extend(OAS30WriteValidator, {"oneOf": one_of})

    def alternative(self, pointer: str, titles: Container[str]) -> str:
        """Return where the alternative at ``pointer`` is that has one of ``titles``, else ``pointer`` itself.

        So one document describes files, by their names, whose contents do not tell them apart.
        """
        alternatives = self._document.at(pointer).get("oneOf", [])
        found = (f"{pointer}/oneOf/{n}" for n, one in enumerate(alternatives) if one.get("title") in titles)
        return next(found, pointer)

    def faults(self, body: Json, pointer: str, *, sent: bool = False) -> list[Fault]:
        """Return all that is wrong with ``body`` by the schema at ``pointer``.

        What was ``sent`` may have nothing that is only read, an answer nothing that is only written.
        """
        validator = self._requests if sent else self._answers
        schema = {"$ref": f"{_HOME}#{pointer}"}
        checks = validator(schema, registry=self._registry, format_checker=self._formats)
        broken = [_fault(leaf) for error in checks.iter_errors(body) for leaf in _leaves(error)]
        unnamed = self._unnamed(body, [self._document.at(pointer)], ())
        return list({(one.kind, one.place, one.about): one for one in [*unnamed, *broken]}.values())

    def _unnamed(self, body: Json, schemas: Sequence[Json], place: tuple[str | int, ...]) -> Iterator[Fault]:
        """Yield the members of ``body`` that none of ``schemas``, which apply together, names."""
        every = [part for schema in schemas for part in self._parts(schema, body)]
        if isinstance(body, list):
            items = [part["items"] for part in every if "items" in part]
            for number, one in enumerate(body):
                yield from self._unnamed(one, items, (*place, number))
        named = [part["properties"] for part in every if part.get("properties")]
        if not isinstance(body, dict) or not named:
            return
        free = any(part.get("additionalProperties") for part in every)
        required = {name for part in every for name in part.get("required", [])}
        for name, value in body.items():
            below = [properties[name] for properties in named if name in properties]
            if below:
                yield from self._unnamed(value, below, (*place, name))
            elif not free and name not in required:
                yield Fault("undocumented", _spelled((*place, name)), _short(value), "no schema names it")

    def _parts(self, schema: Json, body: Json) -> Iterator[dict[str, Json]]:
        """Yield ``schema`` and all that it is made of, of alternatives only the one that ``body`` names."""
        node = self._document.resolved(schema)
        yield node
        alternatives = node.get("oneOf", [])
        for one in [*node.get("allOf", []), *(self._named(alternatives, body) or alternatives)]:
            yield from self._parts(one, body)

    def _named(self, alternatives: list[Json], body: Json) -> list[Json] | None:
        """Return the alternative for the body's ``type`` in a list, empty if all are for others; None if they do not tell."""
        kind = body.get("type") if isinstance(body, dict) else None
        names = [self._kinds(one) for one in alternatives]
        if not isinstance(kind, str) or not any(names):
            return None
        found = [one for one, kinds in zip(alternatives, names, strict=True) if kind in kinds]
        return None if len(found) > 1 else found

    def _kinds(self, schema: Json) -> set[str]:
        """Return the types that a schema is for: the enumeration of its ``type``, or its title if it says nothing else."""
        node = self._document.resolved(schema)
        if set(node) <= {"title", "description"}:
            return {node.get("title", "")}
        kinds = set(self._document.resolved(node.get("properties", {}).get("type", {})).get("enum", ()))
        return kinds.union(*(self._kinds(one) for one in [*node.get("allOf", []), *node.get("oneOf", [])]))


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Yield what an error comes down to: itself, or what is wrong by all parts of an ``allOf``."""
    if error.context and error.validator == "allOf":
        for one in error.context:
            yield from _leaves(one)
    else:
        yield error


def _fault(error: ValidationError) -> Fault:
    message = error.message if len(error.message) <= _LONGEST_VALUE else f"breaks {error.validator!r}"
    return Fault(str(error.validator), _spelled(tuple(error.absolute_path)), _short(error.instance), message)


def _spelled(path: tuple[str | int, ...]) -> str:
    """Return a place as text: ``data[].links.self``."""
    return "".join("[]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _short(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _formats() -> FormatChecker:
    """Return the formats of OpenAPI 3.0 and the vendors' own."""
    checker = FormatChecker(formats=())
    checker.checkers = dict(oas30_format_checker.checkers)
    for name, pattern in _PATTERNS.items():
        checker.checks(name)(lambda value, pattern=pattern: _fits(value, pattern))
    return checker


def _fits(value: object, pattern: re.Pattern[str]) -> bool:
    return not isinstance(value, str) or pattern.fullmatch(value) is not None
