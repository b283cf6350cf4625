"""A vendor's OpenAPI document: its operations, what each may answer, and the schemas behind them.

Read as published, quirks included: references that point into ``paths``, paths that carry a query string, path
fields written ``:field``.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

Json = Any
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_FIELD = re.compile(r"\{[^}]*\}|(?<=/):\w+")


class BadDocument(Exception):
    """A file that is no OpenAPI document; the text says what to do."""


def normal(operation: str) -> str:
    """Return ``METHOD /path`` without the names of its fields, a query string, or a slash at its end."""
    method, _, path = operation.partition(" ")
    return f"{method} {_FIELD.sub('{}', path.partition('?')[0]).rstrip('/')}"


@dataclass(frozen=True)
class Answer:
    """What the document says of one status: schema pointers by media type, and the headers it names."""

    content: dict[str, str]
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """An operation: ``answers`` by status (``200``, ``4XX``), ``request`` the pointers by media type."""

    name: str
    answers: dict[str, Answer]
    request: dict[str, str]
    parameters: dict[str, bool]
    """The query parameters, each with whether it is required."""

    @property
    def key(self) -> str:
        """What finds it among routes and exchanges."""
        return normal(self.name)

    def answer(self, status: int) -> Answer | None:
        """Return what is documented of ``status``, by its number, else by its class, else None."""
        return self.answers.get(str(status)) or self.answers.get(f"{status // 100}XX")


@dataclass(frozen=True)
class Document:
    """A loaded document."""

    title: str
    version: str
    root: dict[str, Json]

    @classmethod
    def load(cls, path: Path) -> "Document":
        """Read the document in ``path``, or raise ``BadDocument``."""
        try:
            root = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BadDocument(f"cannot read {path}: {error}; give the vendor's OpenAPI document") from None
        except (ValueError, RecursionError) as error:
            raise BadDocument(f"{path} is no JSON ({error}); give the OpenAPI document in JSON") from None
        if not isinstance(root, dict) or not str(root.get("openapi", "")).startswith("3.0"):
            raise BadDocument(f"{path} is no OpenAPI 3.0 document; give the one that the vendor publishes")
        if not isinstance(root.get("paths"), dict) or not isinstance(root.get("info"), dict):
            raise BadDocument(f"{path} has no paths or no info; give a whole OpenAPI document")
        info = root["info"]
        document = cls(str(info.get("title", "")), str(info.get("version", "")), root)
        try:
            _ = document.operations
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            raise BadDocument(f"{path} is broken: {error!r}; give the document as published") from None
        return document

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the document's order."""
        return tuple(
            self._operation(f"/paths/{_escaped(path)}", path, method)
            for path, item in self.root["paths"].items()
            for method in item
            if method in METHODS
        )

    def at(self, pointer: str) -> Json:
        """Return what a JSON pointer leads to, or raise ``LookupError``."""
        node: Json = self.root
        for part in pointer.split("/")[1:]:
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            node = node[int(name)] if isinstance(node, list) else node[name]
        return node

    def resolved(self, node: Json) -> Json:
        """Follow ``$ref``s until there is something else; raises ``LookupError`` if they lead nowhere or round."""
        passed: set[str] = set()
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            if node["$ref"] in passed:
                raise LookupError(f"{node['$ref']} leads back to itself")
            passed.add(node["$ref"])
            node = self.at(node["$ref"].removeprefix("#"))
        return node

    def _operation(self, place: str, path: str, method: str) -> Operation:
        item = self.at(place)
        node, place = item[method], f"{place}/{method}"
        parameters = [self.resolved(one) for one in item.get("parameters", []) + node.get("parameters", [])]
        return Operation(
            f"{method.upper()} {path}",
            {
                status: self._answer(f"{place}/responses/{status}", one)
                for status, one in node["responses"].items()
            },
            self._content(f"{place}/requestBody", node.get("requestBody", {})),
            {one["name"]: bool(one.get("required")) for one in parameters if one["in"] == "query"},
        )

    def _answer(self, place: str, node: Json) -> Answer:
        headers = self.resolved(node).get("headers", {})
        return Answer(self._content(place, node), tuple(headers))

    def _content(self, place: str, node: Json) -> dict[str, str]:
        while "$ref" in node:
            place = node["$ref"].removeprefix("#")
            node = self.at(place)
        return dict(_schemas(place, node.get("content", {})))


def _schemas(place: str, content: Json) -> Iterator[tuple[str, str]]:
    for media_type in content:
        yield media_type, f"{place}/content/{_escaped(media_type)}/schema"


def _escaped(name: str) -> str:
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")
