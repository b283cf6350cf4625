"""Forms that were seen on pages, and what is sent in their place, rightly or not."""

import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote_plus

from fakes.core.browsers.forms import MOST_FIELDS
from tests.fuzz.values import Values

_KEPT: Final = 12
_NO_FORMS: Final = (
    b"", b"{}", b"%", b"=&=&", b"a=%ED%A0%80", b"\xff\xfe=\x80", b"&" * 5_000, b"a=1&" * (MOST_FIELDS + 1), b"=",
    b"name=" + b"x" * 270_000, "name=é".encode("utf-16"), b"name=%uD800", b"\x00",
)  # fmt: skip


class Page(HTMLParser):
    """What a page leads to: the addresses in it, and its forms as action with field names and values."""

    def __init__(self, page: str) -> None:
        """Read ``page``."""
        super().__init__()
        self.addresses: list[str] = []
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._selects, self._posts, self._option = "", False, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element names."""
        found = {name: value or "" for name, value in attrs}
        self.addresses += [found[name] for name in ("href", "action") if name in found]
        if tag == "form":
            self._posts = found.get("method", "").lower() == "post"
            if self._posts:
                self.forms.append((found.get("action", ""), []))
        elif tag == "select":
            self._selects = found.get("name", "")
        name = self._selects if tag == "option" else found.get("name", "")
        self._option = name if tag == "option" and "value" not in found else ""
        if self._posts and name and tag in ("input", "option", "button", "textarea"):
            self.forms[-1][1].append((name, found.get("value", "")))

    def handle_data(self, data: str) -> None:
        """Take the text of an option without a value for its value."""
        if self._posts and self._option:
            self.forms[-1][1].append((self._option, data.strip()))

    def handle_endtag(self, tag: str) -> None:
        """Leave the form."""
        self._posts = self._posts and tag != "form"


class Forms:
    """Makes the bodies that browsers send."""

    def __init__(self, chance: random.Random, values: Values) -> None:
        """Know no form yet."""
        self._chance = chance
        self._values = values
        self._known: dict[str, dict[str, deque[str]]] = {}

    def learn(self, route: str, fields: Iterable[tuple[str, str]], hidden: Callable[[str], bool]) -> None:
        """Remember the fields of the form that ``route`` takes, and values that stood in them."""
        known = self._known.setdefault(route, {})
        for name, value in fields:
            kept = known.setdefault(name, deque(maxlen=_KEPT))
            if value and value not in kept and not hidden(value):
                kept.append(value)

    def body(self, route: str, fixed: Mapping[str, str]) -> bytes:
        """Return what a browser sends to ``route``, with ``fixed`` values in some fields, or something odd."""
        if self._values.often(6 * self._values.odd):
            return self._chance.choice(_NO_FORMS)
        pairs = list(fixed.items())
        for name, seen in self._known.get(route, {}).items():
            if name not in fixed:
                pairs += [(name, self._value(name, seen)) for _ in range(self._times(seen))]
        if self._values.often(10 * self._values.odd):
            pairs *= self._chance.choice((2, 2, 2, 200))
        return "&".join(f"{self._quoted(name)}={self._quoted(value)}" for name, value in pairs).encode(
            "latin-1"
        )

    def _times(self, seen: Iterable[str]) -> int:
        missing = 25 if list(seen) else 5 + 20 * self._values.odd
        return 0 if self._values.often(missing) else self._chance.choice((1, 1, 1, 1, 1, 1, 2, 5))

    def _value(self, name: str, seen: deque[str]) -> str:
        if seen and not self._values.often(5 + 25 * self._values.odd):
            return self._chance.choice(seen)
        return self._values.text(name.rstrip("0123456789"))

    def _quoted(self, value: str) -> str:
        raw = value.encode("utf-8", "surrogatepass")
        return quote_plus(raw) if self._values.often(100 - 4 * self._values.odd) else raw.decode("latin-1")
