"""Requests at random for every route of a fake, by what was learned of it from earlier answers."""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from pydantic import BaseModel

from fakes.core.control.plane import USER_HEADER
from fakes.core.http.middleware import CONTROL_HEADER
from tests.fuzz.browsing import Browsing
from tests.fuzz.crowd import is_page
from tests.fuzz.known import NOTHING, PARAMETER, Known
from tests.fuzz.queries import Queries
from tests.fuzz.sides import Side
from tests.fuzz.values import TEXTS, Schema, Values
from tests.fuzz.wire import Answer, Headers, Raw

_METHODS: Final = (
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "get",
    "",
    "X" * 50,
    "G\x00T",
)
_SELDOM: Final = {"OPTIONS": 90, "HEAD": 80, "DELETE": 50}
"""In how many of a hundred cases another route is taken instead."""
_ENDINGS: Final = ("/accounts/{tenant_id}", "/organizations/{tenant_id}", "/remove", "/logout", "/leave")
"""What ends a tenant or a session, after which there is little to be reached."""
_ODD_HEADERS: Final = (
    ("revision", ("", "2024-10-15", "2022-10-17", "2026-07-15.pre", "9999-99-99", "0000-00-00", "2026-02-30",
                  "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0661\u0665")),
    ("Authorization", ("", "Basic", "Basic ", "Basic !!!", "Basic /////w==", "Basic \xffQ==", "Bearer x", "Klaviyo-API-Key", "\x80\xff", " ")),
    ("Content-Type", ("", "text/plain", "application/json; charset=utf-7", "application/json;", ";", "a/b/c", "\xff",
                      "application/x-www-form-urlencoded", "application/vnd.api+json", "multipart/form-data; boundary=x")),
    ("Accept", ("", "*/*", "text/html", "application/json;q=0", "application/*;q=x", ";;;", "a", "*", "x" * 5_000)),
    ("Content-Encoding", ("", "gzip", "identity", "br", "\xff")),
    ("Host", ("", "shop.gladly.com", ".gladly.com", "x.y.gladly.com", "[::1", "a:b", "a:b:c", "\xff", "a\tb")),
    ("Accept-Encoding", ("gzip", "identity;q=0", "\xff")),
    ("X-Klaviyo-Revision-Fall-Forward-Opt-Out", ("1", "0")),
    (USER_HEADER, ("nobody@shop.example", "", "\xff")),
    (CONTROL_HEADER, ("", "wrong", "\xe9")),
    ("X-Forwarded-Host", ("\xff",)), ("X-Forwarded-Proto", ("javascript",)), ("Forwarded", ("for=;host=\xff;;",)),
    ("Range", ("bytes=0-", "x")), ("Cookie", ("a=\xff; =; ;",)), ("X-Live", ("1", "")), ("If-Match", ('"', "*")), ("Expect", ("100-continue",)),
    ("X-HTTP-Method-Override", ("DELETE",)), ("Transfer-Encoding", ("chunked", "x")), ("Date", ("never",)),
)  # fmt: skip
_NAMES_A: Final = {"metric": "metric_id", "confirm": "app_id", "delete": "webhook_id"}
"""Parameters of pages' addresses that name something, and what."""
_LENGTHS: Final = ("", "0", "-1", "1", "999999", "x", "1e3", " 5", "9" * 30, "٣", "+2")


class Requests:
    """An endless stream of requests against one side. Tell it the answers and the models they were read by."""

    def __init__(self, chance: random.Random, side: Side) -> None:
        """Take the routes from the fake's own table."""
        self._chance = chance
        self._side = side
        self.known = Known(chance, side)
        self.values = Values(chance, self._id)
        self._browsing = Browsing(chance, side, self.values, self.known)
        self.pages = self._browsing.routes
        self.routes = list(dict.fromkeys((*side.app.app.known_routes(), *self.pages)))
        self._schemas: dict[str, Schema] = {}
        self._parameters: dict[str, set[str]] = {}
        self._in_path: str | None = None
        self._choices = self._choices_of(side)
        self._queries = Queries(chance, self.values, self.known)

    def __iter__(self) -> Iterator[tuple[str, Raw]]:
        """Yield each route once, plainly, to learn what it reads, then any of them for ever."""
        for route in self.routes:
            yield route, self.plain(route, b"{}")
        while True:
            route = self._chance.choice(self.routes)
            while self._is_seldom(route):
                route = self._chance.choice(self.routes)
            yield route, self.one(route)

    def _is_seldom(self, route: str) -> bool:
        """Say whether another route is to be taken instead."""
        return self.values.often(_SELDOM.get(route.partition(" ")[0], 0)) or (
            route.endswith(_ENDINGS) and self.values.often(90)
        )

    def learn(
        self, route: str, answer: Answer, models: Iterable[type[BaseModel]], parameters: Iterable[str]
    ) -> None:
        """Remember ids, cursors, the shape of the body that ``route`` reads, and the parameters it looks at."""
        self.known.learn(route, answer)
        self._browsing.learn(route, answer)
        self._parameters.setdefault(route, set()).update(parameters)
        for model in models:
            if route not in self._schemas:
                self._schemas[route] = model.model_json_schema()
        for found in re.findall(rb"(?:page%5Bcursor%5D|[?;]at)=([\w%]+)", answer.body[:20_000]):
            self._queries.cursors.append(found.decode())

    def plain(self, route: str, body: bytes) -> Raw:
        """Return a request as a good client makes it."""
        method, _, template = route.partition(" ")
        headers, _ = self._good(route)
        return Raw(
            method, self._path(template, odd=0), headers=headers, body=body if method[0] == "P" else b""
        )

    def one(self, route: str) -> Raw:
        """Return a request for ``route`` with something odd about it, or nothing."""
        method, _, template = route.partition(" ")
        odd = self.values.odd = self._chance.choice((0, 0.1, 0.3, 1))
        if self.values.often(5 * odd):
            method = self._chance.choice(_METHODS)
        path = self._path(template, odd=20 * odd)
        good, body = self._good(route)
        headers = list(good)
        if not body and (method[:1] == "P" or self.values.often(3)):
            body = self.values.body(self._schemas.get(route))
        if body and self.values.often(6):
            encoding, body = self.values.packed(body)
            headers.append(("Content-Encoding", encoding))
        while self.values.often(40 * odd):
            name, choices = self._chance.choice(_ODD_HEADERS)
            headers = [pair for pair in headers if pair[0].lower() != name.lower()]
            headers.append((name, self._chance.choice(choices)))
        length = self._chance.choice(_LENGTHS) if self.values.often(5 * odd) else None
        query = self._queries.one(method, self._parameters.get(route, ()))
        return Raw(method, path, query, tuple(headers), body, length)

    def _good(self, route: str) -> tuple[Headers, bytes]:
        """Return what lets a request in, with a body if it is a form; nothing lets it empty the fake."""
        path, typed = route.partition(" ")[2], ("Content-Type", "application/json")
        if is_page(path):
            return self._browsing.ask(route)
        if not path.startswith("/_fake/"):
            return (*self._side.authorization(), typed), b""
        token = "wrong" if route.endswith("/reset") else self._side.fake.control_token
        return ((CONTROL_HEADER, token), typed), b""

    def _id(self, name: str) -> str | None:
        if name == "id":  # many a body repeats the id of its path
            return self._in_path
        if name in self._choices and (name != "email" or self.values.often(20)):
            return self._chance.choice(self._choices[name]())
        return self.known.one(_NAMES_A.get(name, name))

    def _choices_of(self, side: Side) -> dict[str, Callable[[], Sequence[str]]]:
        """Return what may stand under some names, as it is when it is asked for."""
        subjects = ("*", "GET *", "[!a]*", "[" * 50)
        tenant = dict.fromkeys(
            ("tenant_id", "organization_id", "company_id", "token", "tenant"), lambda: [side.tenant_id]
        )
        return {
            **tenant,
            "route": lambda: (*self.routes, *side.fake.fault_subjects, *subjects),
            "code": lambda: [side.crowd.invitation],
            "email": lambda: list(side.crowd.passwords),
        }

    def _path(self, template: str, odd: float) -> str:
        def filled(match: re.Match[str]) -> str:
            if self.values.often(odd):
                text = self._chance.choice(TEXTS)[:2_000]
            else:
                text = self._in_path = self._id(match[1]) or self.known.exactly(match[1]) or NOTHING
            return text.encode("utf-8", "surrogatepass").decode("latin-1")

        self._in_path = None
        path = PARAMETER.sub(filled, template)
        if self.values.often(odd / 4):
            path = self._chance.choice(
                (f"{path}/", f"{path}//", f"/{path}", f"{path}/\x00", path[:-1], f"{path}\xff", "")
            )
        return path
