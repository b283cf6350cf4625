"""Bodies against schemas, and the quirks of published documents."""

from typing import Any

import pytest

from fakes.conform.document import Document, normal
from fakes.conform.schema import Schemas
from tests.conform.conforming import Json, document

POINTER = "/components/schemas/Body"
CAT: Json = {
    "type": "object",
    "required": ["type", "lives"],
    "properties": {"type": {"type": "string", "enum": ["cat"]}, "lives": {"type": "integer"}},
}
DOG: Json = {
    "type": "object",
    "properties": {"type": {"$ref": "#/components/schemas/DogEnum"}, "tail": {"type": "boolean"}},
}
PETS: Json = {"oneOf": [CAT, {"allOf": [DOG]}, {"title": "bird", "description": "says nothing"}]}


def faults(schema: Json, body: Any, *, sent: bool = False) -> set[tuple[str, str]]:
    """Return kind and place of what is wrong with ``body`` by ``schema``."""
    path = {"get": {"responses": {"200": {"schema": {"type": "integer"}}}}}
    schemas = {"Body": schema, "DogEnum": {"type": "string", "enum": ["dog"]}}
    root = document({"/a/{b}?c=d": path}, components={"schemas": schemas})
    return {(one.kind, one.place) for one in Schemas(Document("", "", root)).faults(body, POINTER, sent=sent)}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"type": "cat", "lives": 9}, set()),
        ({"type": "dog", "tail": True}, set()),
        ({"type": "bird", "tail": 1}, set()),
        ({"type": "cat", "lives": "nine"}, {("type", "lives")}),
        ({"type": "cat"}, {("required", "")}),
        ({"type": "cat", "lives": 9, "tail": True}, {("undocumented", "tail")}),
        ({"type": "dog", "tail": 1}, {("type", "tail")}),
        ({"type": "fish"}, {("oneOf", "")}),
    ],
)
def test_alternatives_by_type(body: Json, found: set[tuple[str, str]]) -> None:
    """Of alternatives only the one that names the body's type counts; an unknown type fits none."""
    assert faults(PETS, body) == found


def test_alternatives_without_types() -> None:
    """Alternatives that name no types are taken as the keyword says: exactly one must fit."""
    number: Json = {"oneOf": [{"type": "number"}, {"type": "integer"}]}
    assert faults(number, 1.5) == set()
    assert faults(number, 1) == {("oneOf", "")}
    assert faults(number, None) == {("oneOf", "")}


@pytest.mark.parametrize(
    ("schema", "body", "found"),
    [
        ({"type": "object", "properties": {"a": {}}}, {"a": 1, "b": 1}, {("undocumented", "b")}),
        ({"type": "object"}, {"b": 1}, set()),
        ({"properties": {"a": {}}, "additionalProperties": True}, {"b": 1}, set()),
        ({"required": ["b"], "properties": {"a": {}}}, {"b": 1}, set()),
        ({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, {"a": 1, "b": 1}, set()),
        (
            {"items": {"properties": {"a": {"properties": {"b": {}}}}}},
            [{"a": {"b": 1, "c": 1}}],
            {("undocumented", "[].a.c")},
        ),
    ],
)
def test_undocumented(schema: Json, body: Any, found: set[tuple[str, str]]) -> None:
    """A member that no part of a schema names is found, unless the schema leaves its members open."""
    assert faults(schema, body) == found


def test_directions() -> None:
    """What is only written is a fault in an answer, what is only read is one in what was sent."""
    schema = {
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "password": {"type": "string", "writeOnly": True},
        }
    }
    assert faults(schema, {"id": "1"}) == set()
    assert faults(schema, {"password": "x"}, sent=True) == set()
    assert {place for _, place in faults(schema, {"id": "1"}, sent=True)} == {"id"}
    assert {place for _, place in faults(schema, {"password": "x"})} == {"password"}


def test_null() -> None:
    """Null is one fault where it is not allowed, and none where it is."""
    assert faults({"type": "string"}, None) == {("type", "")}
    assert faults({"type": "string", "nullable": True}, None) == set()


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date-time", "2026-11-23T10:00:00+00:00", "yesterday"),
        ("RFC3339", "2026-11-23T10:00:00Z", "2026-11-23"),
        ("ISO 8601", "2026-11-23T10:00:00.1Z", "10:00"),
        ("RFC3339 with millis", "2026-11-23T10:00:00.131Z", "2026-11-23T10:00:00Z"),
        ("E.164", "+16505550142", "650 555 0142"),
    ],
)
def test_formats(name: str, good: str, bad: str) -> None:
    """Formats are checked, those that one vendor names in its own words too."""
    assert faults({"type": "string", "format": name}, good) == set()
    assert faults({"type": "string", "format": name}, bad) == {("format", "")}


@pytest.mark.parametrize("path", ["/paths/~1a~1%7Bb%7D%3Fc=d", "/paths/~1a~1{b}?c=d"])
def test_references_into_paths(path: str) -> None:
    """References may point into paths, whose names have slashes, braces and query strings."""
    reference = {"$ref": f"#{path}/get/responses/200/schema"}
    assert faults({"properties": {"n": reference}}, {"n": 1}) == set()
    assert faults({"properties": {"n": reference}}, {"n": "1"}) == {("type", "n")}


def test_references_that_go_round() -> None:
    """A reference that leads back to itself is an error, not a hang."""
    round_ = document({}, a={"$ref": "#/b"}, b={"$ref": "#/a"})
    with pytest.raises(LookupError, match="back to itself"):
        Document("", "", round_).resolved(round_["a"])


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("GET /api/events/{event_id}", "GET /api/events/{}"),
        ("GET /api/events/", "GET /api/events"),
        ("GET /a/:b/c", "GET /a/{}/c"),
        ("GET /a/{b}?c={c}", "GET /a/{}"),
    ],
)
def test_normal(operation: str, expected: str) -> None:
    """One call is found under every spelling of its path."""
    assert normal(operation) == expected
