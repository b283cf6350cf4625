"""The grammar of values: JSON that fits a schema, JSON that does not, texts and bytes that nobody expects."""

import json
import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fuzz.wire import MARK

Schema = Mapping[str, Any]

TEXTS = (
    MARK, MARK, "", " ", "a", "null", "true", "0", "-1", "1e999", "NaN", "../../etc/passwd", "%00", "a\x00b", "\ud800", "a\udfffb",
    "\u202e\u0000", "é" * 40, "😀" * 30, "x" * 300, "x" * 70_000, "[" * 500, "'\"\\", "\r\nX-Odd: 1", "{{7*7}}",
    "$value", "$email", "__class__", "2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00",
    "2026-11-23T10:00:00Z", "2026-11-23T10:00:00", "10000-01-01T00:00:00Z", "ann@klaviyo-demo.com", "ann@",
    "+16505550100", "+", "Mars/Base", "PING", "http://hooks.example:99999/", "https://hooks.example/ü?\x00",
    "https://" + "h" * 300 + "/", "https://[::1%25]:x/", "https://xn--\u2603/", "٣٤", "I\u0307", "ß", "http://[::1", "https://hooks.example/x", "http://\x00/", "USD",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 10, 0.5, -0.0, 1e-320, 1e308, -1e308, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**30, 10**400,
    1_795_428_000, 253_402_300_800, -62_135_596_801,
)  # fmt: skip
PLAIN: Sequence[Any] = (None, True, False, [], {}, [[]], [{}], {"": ""}, [None])
NAMES = (
    "id", "type", "data", "attributes", "relationships", "properties", "profile", "metric", "name", "email", "time",
    "token", "event", "customer_properties", "$email", "$event_id", "$value", "value", "unique_id", "meta", "append",
    "status", "content", "customerId", "emails", "original", "__proto__", "\ud800", "a\x00",
)  # fmt: skip
FOR_NAMES: Mapping[str, tuple[str, ...]] = {
    "email": ("bo@klaviyo-demo.com", "cy@shop.example", "CY@shop.example ", "dee@example.com"),
    "original": ("cy@shop.example", "+16505550101"),
    "phone": ("+16505550102", "(650) 555-0103"),
    "number": ("+16505550104",),
    "currency": ("USD", "EUR"),
    "time": ("2026-11-23T09:00:00Z", "2026-11-24T10:00:00.5+02:00"),
    "startat": ("2026-11-23T09:00:00Z", "2026-11-23T09:30:00.000Z"),
    "at": ("2027-01-01T00:00:00.000Z", "2026-12-01T12:00:00+14:00"),
    "url": ("https://hooks.example/a", "https://hooks.example/b", "http://hooks.example/c"),
    "events": ("CONVERSATION/CREATED", "CONVERSATION/CLOSED", "CUSTOMER_PROFILE/CREATED"),
    "status": ("OPEN", "CLOSED"),
    "entities": ("CONVERSATION", "CUSTOMER", "CONTACT,PAYMENT_REQUEST"),
    "into": ("c1", "c2", "c3"),
    "scopes": ("events:read", "events:write", "profiles:read", "metrics:read"),
    "filter": ("greater-or-equal(datetime,2026-11-20T00:00:00),less-than(datetime,2026-11-24T00:00:00)",),
    "private_key": ("pk_" + "a" * 34, "pk_"),
    "access": ("custom", "full", "read-only"),
    "window": ("24", "0", "1.5", "1e400", "nan"),
    "before": (
        "2026-11-23T10:00",
        "2026-11-01T01:30:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59:59",
        "2026-11-23T10:00+14:00",
    ),
    "tab": ("chart", "activity-feed", "cohorts", "best-people", "activity-map"),
    "rows": ("10", "100", "0", "9" * 400, "\u0663"),
    "days": ("7", "30", "90"),
    "interval": ("day", "week", "month"),
    "channel": ("EMAIL", "SMS", "CHAT", "WHATSAPP"),
    "next": (
        "/profiles?page=2",
        "//x.example/",
        "/\\x.example",
        "/\u2603",
        "http://x.example",
        "/a\r\nX-Odd: 1",
        "/login",
    ),
    "search": ("a", "kept", "%", "\u0130"),
    "amount": ("1", "0.5", "1e400", "nan", "-1"),
    "timezone": ("UTC", "America/New_York"),
    "kind": (
        "status",
        "edge",
        "throttle",
        "delay",
        "garbage",
        "duplicate",
        "reorder",
        "drop",
        "reset",
        "truncate",
    ),
}
"""Values that mean something under names that end so."""

_SINCE = {"type": "date", "operator": "alltime"}
_WITHIN = {"type": "date", "operator": "in-the-last", "unit": "day", "quantity": 7}
_PROPERTY = {"type": "profile-property", "property": "properties['VIP']"}
SAMPLES: Mapping[str, tuple[Any, ...]] = {
    "definition": tuple(
        {"condition_groups": [{"conditions": [one]}, {"conditions": [one, one]}]}
        for one in (
            _PROPERTY | {"filter": {"type": "boolean", "operator": "equals", "value": True}},
            _PROPERTY | {"filter": {"type": "string", "operator": "contains", "value": "a"}},
            _PROPERTY | {"filter": {"type": "numeric", "operator": "greater-than", "value": 1}},
            {"type": "profile-metric", "metric_id": "m", "measurement": "count", "timeframe_filter": _SINCE,
             "measurement_filter": {"type": "numeric", "operator": "greater-than", "value": 0}},
            {"type": "profile-metric", "metric_id": "m", "measurement": "sum", "timeframe_filter": _WITHIN,
             "measurement_filter": {"type": "numeric", "operator": "equals", "value": 1.5}},
        )
    ),
}  # fmt: skip
"""Whole values for what the fakes read without a schema."""

_HUGE = 5_300_000


@dataclass
class Values:
    """Makes values from one source of chance.

    ``known`` gives an id that may stand under a name, or None; ``odd``, 0 to 1, is how much is to be wrong.
    """

    chance: random.Random
    known: Callable[[str], str | None] = field(default=lambda _: None)
    odd: float = 1.0

    def often(self, percent: float) -> bool:
        """Say yes in so many of a hundred cases."""
        return self.chance.random() * 100 < percent

    def text(self, name: str = "") -> str:
        """Return a text that may stand under ``name``, mostly one that makes sense there."""
        if self.often(95 - 30 * self.odd) and (found := self.known(name)) is not None:
            return found
        fitting = next((texts for end, texts in FOR_NAMES.items() if name.lower().endswith(end)), None)
        if fitting and self.often(95 - 30 * self.odd):
            return self.chance.choice(fitting)
        return self.chance.choice(TEXTS) if self.often(50 * self.odd) else f"t{self.chance.randrange(40)}"

    def wild(self, name: str = "", depth: int = 0) -> Any:
        """Return any JSON value."""
        kind = self.chance.randrange(9 if depth < 4 else 6)
        if kind < 3:
            return self.text(name)
        if kind < 5:
            return self.chance.choice(NUMBERS)
        if kind < 6:
            return self.chance.choice(PLAIN)
        if kind < 7:
            return [self.wild(name, depth + 1) for _ in range(self.chance.randrange(4))]
        names = self.chance.choices(NAMES, k=self.chance.randrange(5))
        return {one: self.wild(one, depth + 1) for one in names}

    def fitting(self, schema: Schema, name: str = "", root: Schema | None = None, depth: int = 0) -> Any:
        """Return a value of ``schema``, with something wrong in it now and then."""
        root = root or schema
        if self.often(4 * self.odd) or depth > 12:
            return self.wild(name)
        if name in SAMPLES:
            return self._altered(self.chance.choice(SAMPLES[name]))
        if "$ref" in schema:
            return self.fitting(root["$defs"][schema["$ref"].rpartition("/")[2]], name, root, depth)
        if union := schema.get("anyOf") or schema.get("oneOf"):
            return self.fitting(self.chance.choice(union), name, root, depth)
        if allowed := schema.get("enum") or [schema[one] for one in ("const",) if one in schema]:
            return self.chance.choice(allowed)
        return self._typed(schema, name, root, depth)

    def _altered(self, sample: Any, name: str = "") -> Any:
        """Return ``sample`` with other values in some places, wild ones the more that is to be wrong."""
        if self.often(8 * self.odd):
            return self.wild(name)
        if isinstance(sample, dict):
            return {one: self._altered(value, one) for one, value in sample.items()}
        if isinstance(sample, list):
            return [self._altered(value, name) for value in sample]
        return self.text(name) if name.endswith("_id") else sample

    def _typed(self, schema: Schema, name: str, root: Schema, depth: int) -> Any:
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, name, root, depth)
        if kind == "array":
            item, count = schema.get("items", {}), self.chance.choice((0, 1, 1, 2, 5))
            return [self.fitting(item, name, root, depth + 1) for _ in range(count)]
        if kind == "string":
            return self.text(name)
        if kind in ("integer", "number"):
            return self._number(schema)
        if kind == "boolean":
            return self.often(50)
        return None if kind == "null" else self.wild(name, depth)

    def _number(self, schema: Schema) -> Any:
        if "maximum" in schema and self.often(15):
            return schema["maximum"]
        if self.often(98 - 30 * self.odd):
            return schema.get("minimum", 0) + self.chance.randrange(60)
        return self.chance.choice(NUMBERS)

    def _object(self, schema: Schema, name: str, root: Schema, depth: int) -> Any:
        needed = set(schema.get("required", ()))
        made = {
            one: self.fitting(part, one, root, depth + 1)
            for one, part in schema.get("properties", {}).items()
            if self.often(100 - 5 * self.odd if one in needed else _chance_of(part) + 20 * self.odd)
        }
        if schema.get("additionalProperties") not in (None, False) or self.often(5 * self.odd):
            made |= {self.chance.choice(NAMES): self.wild(name) for _ in range(self.chance.randrange(4))}
        return made

    def body(self, schema: Schema | None) -> bytes:
        """Return the bytes of a body: JSON of ``schema`` or of none, or what is no JSON at all."""
        if self.often(0.4 * self.odd):
            return self._huge()
        if self.often(5 * self.odd):
            return self._deep()
        if self.often(6 * self.odd):
            return self.chance.choice(_NO_JSON)
        value = self.wild() if schema is None or self.often(10 * self.odd) else self.fitting(schema)
        raw = self.bytes_of(value)
        return self._damaged(raw) if self.often(6 * self.odd) else raw

    def bytes_of(self, value: Any) -> bytes:
        """Return ``value`` as JSON, its lone surrogates escaped or, now and then, as bytes that are no UTF-8."""
        plain = self.often(50)
        return json.dumps(value, ensure_ascii=plain, allow_nan=True).encode("utf-8", "surrogatepass")

    def packed(self, body: bytes) -> tuple[str, bytes]:
        """Return a content encoding and the body packed by it, rightly or not."""
        ways: Sequence[tuple[str, Callable[[bytes], bytes]]] = (
            ("gzip", lambda raw: zlib.compress(raw, wbits=31)),
            ("deflate", zlib.compress),
            ("gzip", lambda raw: raw),
            ("gzip", lambda raw: zlib.compress(raw, wbits=31)[:-4]),
            ("br", lambda raw: raw),
            ("gzip, gzip", lambda raw: raw),
            ("gzip", lambda _: zlib.compress(b" " * 6_000_000, wbits=31)),
        )
        name, pack = self.chance.choices(ways, weights=(9, 9, 3, 3, 3, 3, 1))[0]
        return name, pack(body)

    def _huge(self) -> bytes:
        return self.chance.choice((b'{"data": "' + b"x" * _HUGE + b'"}', b"[" + b"0," * 500_000 + b"0]"))

    def _deep(self) -> bytes:
        levels = self.chance.choice((20, 90, 200, 330, 480, 700, 950, 5_000, 100_000))
        inner = self.bytes_of(self.wild()) if self.often(50) else b"0"
        opening, closing = self.chance.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'{"data":[', b"]}")))
        deep = opening * levels + inner + closing * levels
        return deep if self.often(50) else self.bytes_of(self._around()).replace(b'"HERE"', deep)

    def _around(self) -> Any:
        name = self.chance.choice(NAMES)
        return {name: "HERE", **{one: self.wild(one) for one in self.chance.choices(NAMES, k=2)}}

    def _damaged(self, raw: bytes) -> bytes:
        at = self.chance.randrange(len(raw) + 1)
        junk = bytes(self.chance.randrange(256) for _ in range(self.chance.randrange(1, 4)))
        return self.chance.choice((raw[:at], raw[:at] + junk + raw[at:], raw + raw, raw[at:]))


def _chance_of(part: Schema) -> float:
    """Return how often an optional part is given: objects more often than texts, which might not fit."""
    return 60 if "$ref" in part or any("$ref" in one for one in part.get("anyOf", ())) else 12


_NO_JSON = (
    b"", b" ", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf{}", b"{", b"}", b"nul", b'{"a":1,}', b"{'a':1}", b'"\\ud800"',
    b'{"a":NaN}', b"Infinity", b"1e99999", b"1" * 5_000, b"<xml/>", b"data=%7B%7D", b"data=%ED%A0%80", b"data=", b"\x80",
    "{}".encode("utf-16"), "{}".encode("utf-32"), b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--",
)  # fmt: skip
