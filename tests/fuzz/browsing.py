"""What browsers ask for: the routes of pages, what was learned from the pages, and requests as browsers make them."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from fakes.core.browsers.forms import TOKEN_FIELD
from fakes.core.http.app import App
from fakes.core.paths import is_control_page
from tests.fuzz.crowd import FORM, is_page
from tests.fuzz.forms import Forms, Page
from tests.fuzz.known import PARAMETER, Known
from tests.fuzz.sides import Side
from tests.fuzz.values import Values
from tests.fuzz.wire import SEE_OTHER, Answer, Headers

_READ_AT_FIRST, _READ_LATER = 4, 30
_LONGEST_READ = 100_000


def control_pages(app: App) -> list[str]:
    """Return the routes of the control room, which no table names, each in one of its two spellings."""
    return [
        f"{method} {route.path}"
        for route in app.served
        for method in route.methods
        if is_control_page(route.path) and not route.path.endswith("/")
    ]


@cache
def _patterns(paths: Sequence[str]) -> list[tuple[re.Pattern[str], str]]:
    """Return a pattern for each path template, those without parameters first."""
    ordered = sorted(set(paths), key=lambda path: (path.count("{"), path))
    return [(re.compile(PARAMETER.sub(r"(?P<\1>[^/?#]+)", path)), path) for path in ordered]


class Browsing:
    """The browsers' part of the requests against one side."""

    def __init__(self, chance: random.Random, side: Side, values: Values, known: Known) -> None:
        """Know no page yet."""
        self._chance, self._side, self._values, self._known = chance, side, values, known
        self._forms = Forms(chance, values)
        self._read: Counter[str] = Counter()
        table = [route for route in side.app.app.known_routes() if is_page(route.partition(" ")[2])]
        self.routes = [*table, *control_pages(side.app.app)]
        self._patterns = _patterns(tuple(route.partition(" ")[2] for route in self.routes))

    def learn(self, route: str, answer: Answer) -> None:
        """Remember what a page leads to: ids in addresses, and forms. Many pages of one route teach nothing new."""
        if answer.status == SEE_OTHER:
            self._route_of(answer.header("location"))
        if not answer.is_page or len(answer.body) > _LONGEST_READ:
            return
        self._read[route] += 1
        if self._read[route] > _READ_AT_FIRST and not self._values.often(_READ_LATER):
            return
        page = Page(answer.body.decode())
        for address in page.addresses:
            self._route_of(address)
        for action, fields in page.forms:
            if template := self._route_of(action):
                self._forms.learn(f"POST {template}", fields, self._side.hidden.__contains__)

    def _route_of(self, address: str) -> str:
        """Return the template of an address, having met what stands for its parameters, ``""`` without one."""
        path = re.split(r"[?#]", address)[0].rstrip("/") or "/"
        for pattern, template in self._patterns:
            if found := pattern.fullmatch(path):
                for name, one in found.groupdict().items():
                    self._known.meet(name, one)
                return template
        return ""

    def ask(self, route: str) -> tuple[Headers, bytes]:
        """Return headers and, for a form, the body of a request for ``route`` by somebody who may send it, or not."""
        odd = self._values.odd
        headers, token = self._side.crowd.browser(route)
        if self._values.often(10 * odd):
            headers = (("Cookie", self._side.crowd.odd_cookie()), *headers[1:])
        if self._values.often(10 * odd):
            token = self._side.crowd.odd_token(route)
        if not route.startswith("POST"):
            return headers, b""
        secrets = {} if self._values.often(20 * odd) else self._side.crowd.secrets(route)
        return (*headers, FORM), self._forms.body(route, {TOKEN_FIELD: token, **secrets})
