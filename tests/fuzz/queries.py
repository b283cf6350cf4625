"""Query strings: parameters that mean something somewhere, and what stands in them, rightly or not."""

import base64
import random
from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import Final
from urllib.parse import quote

from tests.fuzz.known import Known
from tests.fuzz.values import FOR_NAMES, TEXTS, Values

_OPERATORS: Final = (
    "equals", "any", "contains", "greater-than", "less-or-equal", "greater-or-equal", "less-than", "has", "and", "or",
    "starts-with", "not", "",
)  # fmt: skip
_FIELDS: Final = (
    "id", "email", "phone_number", "external_id", "datetime", "timestamp", "metric_id", "profile_id", "created", "name",
    "updated", "integration.name", "integration.category", "profile", "is_active", "joined_group_at", "_kx", "a.b",
)  # fmt: skip
_PARAMETERS: Final = (
    "filter", "filter", "sort", "include", "page[cursor]", "page[cursor]", "page[size]", "fields[event]", "fields[metric]",
    "fields[profile]", "additional-fields[profile]", "additional-fields[segment]", "company_id", "token", "data", "i",
    "api_key", "email", "phoneNumber", "externalCustomerId", "startAt", "endAt", "entities", "status", "kind", "page", "q",
    "tab", "rows", "search", "next", "at", "before", "order", "past", "confirm", "delete",
)  # fmt: skip
_INCLUDES: Final = (
    "metric",
    "profile",
    "metric,profile",
    "metric,metric",
    "tags",
    ",",
    "flow-triggers",
    "segments",
)
_SPARSE: Final = ("", "name", "email,phone_number", "subscriptions", "profile_count", ",,", "properties")
_SIZES: Final = ("1", "2", "20", "100", "1000", "0", "-1", "1e2", "\u0663", "9" * 400, " 5")
_CURSORS: Final = (
    b'[1795428000, "a", true]', b'[1e400, "a", true]', b'[99999999999999999999999, "a", true]', b'["a", 1, true]',
    b"next::id::a", b"prev::id::", b"next::name::a", b"::::::", b"[" * 20_000, b"\xff\xfe", b"", b"null",
    b'[1795428000, "\\ud800", false]', b'[-1, "", false]',
)  # fmt: skip


class Queries:
    """Makes query strings."""

    def __init__(self, chance: random.Random, values: Values, known: Known) -> None:
        """Know no cursor yet."""
        self._chance = chance
        self.values = values
        self.known = known
        self.cursors: deque[str] = deque(["x"], maxlen=50)

    def one(self, method: str, looked_at: Collection[str]) -> str:
        """Return a query string, often empty, mostly of the parameters that were ``looked_at`` before."""
        if self.values.often(40 if method in ("GET", "HEAD") else 80):
            return ""
        if self.values.often(10 * self.values.odd):
            return self._chance.choice(("%", "%zz", "a=%ED%A0%80", "=&=&", "&" * 3_000, "a[b[c]]=1", "%00=%00", "\xff=\xff",
                                        "filter", "x" * 20_000, ";a=1", "a=1;b=2", "a=%F0%9F%98"))  # fmt: skip
        pool = sorted(looked_at) if looked_at and self.values.often(80) else _PARAMETERS
        names = self._chance.choices(pool, k=self._chance.choice((1, 1, 2, 3)))
        return "&".join(f"{quote(name, safe='[]')}={self._quoted(self._parameter(name))}" for name in names)

    def _quoted(self, value: str) -> str:
        raw = value.encode("utf-8", "surrogatepass")
        return quote(raw) if self.values.often(100 - 8 * self.values.odd) else raw.decode("latin-1")

    def _parameter(self, name: str) -> str:
        if self.values.often(15 * self.values.odd):
            return self._chance.choice(TEXTS)[:3_000]
        ways: Mapping[str, Callable[[], str]] = {
            "filter": lambda: self._filter(0),
            "page[cursor]": self._cursor,
            "at": self._cursor,
            "page[size]": lambda: self._chance.choice(_SIZES),
            "include": lambda: self._chance.choice(_INCLUDES),
            "sort": lambda: self._chance.choice(("", "-", "--")) + self._chance.choice(_FIELDS),
            "data": lambda: base64.b64encode(self.values.body(None)[:3_000]).decode(),
        }
        if "fields[" in name:
            return self._chance.choice(_SPARSE)
        return ways[name]() if name in ways else self.values.text(name)

    def _cursor(self) -> str:
        if self.values.often(50):
            return self._chance.choice(self.cursors).replace("%3D", "=")
        raw = self._chance.choice(_CURSORS)
        return base64.b64encode(raw).decode() if self.values.often(90) else raw.decode("latin-1")

    def _filter(self, depth: int) -> str:
        if self.values.often(5 * self.values.odd):
            return self._chance.choice(("and(" * 3_000, "equals(" * 400, "'" * 300, "equals(email," + "\\" * 3_000, "a,b",
                                        "any(id,[" + '"a",' * 2_000 + '"b"])', "(" * 2_000, "equals(id,'" + "\\\\" * 2_000))  # fmt: skip
        operator, name = self._chance.choice(_OPERATORS), self._chance.choice(_FIELDS)
        if operator in ("and", "or", "not") and depth < 4:
            return f"{operator}({','.join(self._filter(depth + 1) for _ in range(self._chance.randrange(1, 4)))})"
        joined = f"{operator}({name},{self._filter_value(name)})"
        return f"{joined},{self._filter(depth + 1)}" if depth < 2 and self.values.often(20) else joined

    def _filter_value(self, name: str) -> str:
        if self.values.often(15):
            return f"[{','.join(self._filter_value(name) for _ in range(self._chance.randrange(3)))}]"
        if name in ("datetime", "timestamp", "created", "updated") and self.values.often(80):
            return self._chance.choice(
                (*FOR_NAMES["time"], "0001-01-01", "9999-12-31T23:59:59-14:00", "1e400", "-5", "9" * 25)
            )
        text = self.known.one(name) or self.values.text(name)[:1_000]
        return self._chance.choice((f'"{text}"', f"'{text}'", text))
