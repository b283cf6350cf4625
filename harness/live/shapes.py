"""The shape of an answer: what is there and of which kind, without what it says. Values are kept only where they are the vendor's own.

Names of fields, codes, titles and details of errors, types, states, scopes, media types and the formats of times are
kept; ids, addresses, names, keys, numbers and whatever people wrote become their kind. Maps whose keys are people's own
are one kind as well.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

import httpx

from harness.live.kinds import (
    FREE_MAPS,
    discriminator,
    header_kind,
    header_name,
    kept_value,
    kind_of_text,
    media_type,
    plain_name,
)
from harness.live.words import worded

ROOTS: Final = frozenset({(), ("data",), ("included",)})
"""Where objects stand that are told apart by their type."""

MANY_COLUMNS = 200


@dataclass(frozen=True)
class Shape:
    """The kinds of a value; of an object its fields and those that are there ``sometimes``; of a list its items."""

    kinds: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    fields: Mapping[str, "Shape"] = field(default_factory=dict)
    sometimes: frozenset[str] = frozenset()
    variants: Mapping[str, "Shape"] = field(default_factory=dict)
    """Objects that are told apart by their type, each with a shape of its own."""
    items: "Shape | None" = None
    orders: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_fields(self) -> bool:
        """Whether it may be an object whose fields are known, if it has any."""
        return "object" in self.kinds and not self.variants


@dataclass(frozen=True)
class AnswerShape:
    """The shape of a whole answer. ``headers`` are name → kind in the letter case sent, ``form`` is what the body is."""

    status: int
    headers: Mapping[str, str]
    form: str
    body: Shape = field(default_factory=Shape)
    columns: tuple[str, ...] = ()


def shape_of_answer(response: httpx.Response, orders: Iterable[str] = ()) -> AnswerShape:
    """Return the shape of an answer; ``orders`` are the fields by which the items of its list may be in order."""
    headers = {
        header_name(name.decode("latin-1")): header_kind(name.decode("latin-1"), value.decode("latin-1"))
        for name, value in response.headers.raw
    }
    made = AnswerShape(response.status_code, dict(sorted(headers.items())), "empty")
    content, media = response.content, media_type(response.headers.get("Content-Type", ""))
    if not content:
        return made
    if media.endswith(("jsonlines", "ndjson")):
        body = _shape_of(_lines(response.text), (), tuple(orders))
        return replace(made, form="JSON lines", body=body)
    if media == "text/csv":
        return replace(made, form="a table", columns=_columns(response.text))
    try:
        value = json.loads(content)
    except ValueError:
        return replace(made, form="a page" if media == "text/html" else "no JSON")
    return replace(made, form="JSON", body=_shape_of(value, (), tuple(orders)))


def shape_of(value: Any) -> Shape:
    """Return the shape of a JSON value."""
    return _shape_of(value, (), ())


def _lines(text: str) -> list[Any]:
    """Return the values of the lines; a line that is cut short, as the last of a long file is, tells nothing."""
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def _columns(text: str) -> tuple[str, ...]:
    first = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"))), [])
    return tuple(worded(one) for one in first[:MANY_COLUMNS])


def _shape_of(value: Any, path: tuple[str, ...], orders: tuple[str, ...]) -> Shape:
    if isinstance(value, dict):
        return _shape_of_object(value, path, orders)
    if isinstance(value, list):
        items = [_shape_of(one, path, ()) for one in value]
        found = {key: _order(value, key) for key in orders} if path in ROOTS else {}
        return Shape(frozenset({"list"}), items=reduce(merged, items) if items else None, orders=found)
    if isinstance(value, str):
        kept = kept_value(path, value)
        return (
            Shape(frozenset({"word"}), frozenset({kept}))
            if kept
            else Shape(frozenset({kind_of_text(path, value)}))
        )
    names = {type(None): "null", bool: "boolean", int: "integer", float: "number"}
    return Shape(frozenset({names[type(value)]}))


def _shape_of_object(value: dict[str, Any], path: tuple[str, ...], orders: tuple[str, ...]) -> Shape:
    if path and path[-1].replace("_", "").lower() in FREE_MAPS:
        return Shape(frozenset({"map"}))
    fields: dict[str, Shape] = {}
    for name, one in value.items():
        plain = plain_name(name)
        shape = _shape_of(one, (*path, plain), orders if name in {"data", "included"} and not path else ())
        fields[plain] = merged(fields[plain], shape) if plain in fields else shape
    made = Shape(frozenset({"object"}), fields=fields)
    kind = discriminator(value) if path in ROOTS else ""
    return Shape(frozenset({"object"}), variants={kind: made}) if kind else made


def _order(items: list[Any], key: str) -> str:
    values = []
    for one in items:
        for name in key.split("."):
            one = one.get(name) if isinstance(one, dict) else None  # noqa: PLW2901 - a walk down
        values.append(one)
    if not all(isinstance(one, str) for one in values) or len(set(values)) < 2:  # noqa: PLR2004 - an order takes two
        return "undecided"
    ascending, descending = values == sorted(values), values == sorted(values, reverse=True)
    return "ascending" if ascending else "descending" if descending else "neither"


def merged(one: Shape, other: Shape) -> Shape:
    """Return the shape of what may have either shape."""
    fields = _merged_each(one.fields, other.fields)
    sometimes = one.sometimes | other.sometimes
    if one.has_fields and other.has_fields:
        sometimes |= one.fields.keys() ^ other.fields.keys()
    items = merged(one.items, other.items) if one.items and other.items else one.items or other.items
    orders = dict(one.orders)
    for key, order in other.orders.items():
        orders[key] = _merged_order(orders.get(key, "undecided"), order)
    return Shape(
        one.kinds | other.kinds,
        one.values | other.values,
        fields,
        sometimes,
        _merged_each(one.variants, other.variants),
        items,
        orders,
    )


def _merged_each(one: Mapping[str, Shape], other: Mapping[str, Shape]) -> dict[str, Shape]:
    both = {name: merged(one[name], other[name]) for name in one.keys() & other.keys()}
    return {
        name: both.get(name) or one.get(name) or other[name] for name in [*one, *(other.keys() - one.keys())]
    }


def _merged_order(one: str, other: str) -> str:
    known = {one, other} - {"undecided"}
    return known.pop() if len(known) == 1 else "neither" if known else "undecided"


def merged_answers(one: AnswerShape, other: AnswerShape) -> AnswerShape:
    """Return the shape of answers of the same status; a header that is not in both is left as it is in one."""
    columns = one.columns if one.columns == other.columns else (*one.columns, *other.columns)
    form = one.form if other.form in {one.form, "empty"} else other.form
    headers = dict(sorted({**one.headers, **other.headers}.items()))
    return AnswerShape(one.status, headers, form, merged(one.body, other.body), tuple(dict.fromkeys(columns)))


def as_json(shape: Shape) -> Any:
    """Return a shape as data: a text where there is nothing but kinds."""
    kinds = " | ".join(sorted(shape.kinds))
    fields = {
        f"{name}?" if name in shape.sometimes else name: as_json(one)
        for name, one in sorted(shape.fields.items())
    }
    made = {
        "is": kinds,
        "values": sorted(shape.values),
        "fields": fields,
        "variants": {name: as_json(one) for name, one in sorted(shape.variants.items())},
        "items": as_json(shape.items) if shape.items else None,
        "orders": dict(shape.orders),
    }
    kept = {name: value for name, value in made.items() if value}
    return kinds if set(kept) <= {"is"} else kept


def from_json(data: Any) -> Shape:
    """Return the shape that ``as_json`` gave."""
    if isinstance(data, str):
        data = {"is": data}
    fields = data.get("fields", {})
    return Shape(
        frozenset(one for one in data.get("is", "").split(" | ") if one),
        frozenset(data.get("values", ())),
        {name.removesuffix("?"): from_json(one) for name, one in fields.items()},
        frozenset(name.removesuffix("?") for name in fields if name.endswith("?")),
        {name: from_json(one) for name, one in data.get("variants", {}).items()},
        from_json(data["items"]) if data.get("items") else None,
        data.get("orders", {}),
    )


def answer_as_json(answer: AnswerShape) -> dict[str, Any]:
    """Return the shape of an answer as data."""
    made = {"status": answer.status, "headers": dict(answer.headers), "form": answer.form}
    more = {"body": as_json(answer.body), "columns": list(answer.columns)}
    return made | {name: value for name, value in more.items() if value}


def answer_from_json(data: Mapping[str, Any]) -> AnswerShape:
    """Return the shape of an answer that ``answer_as_json`` gave."""
    body = from_json(data["body"]) if data.get("body") else Shape()
    return AnswerShape(data["status"], data["headers"], data["form"], body, tuple(data.get("columns", ())))
