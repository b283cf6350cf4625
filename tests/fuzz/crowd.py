"""Who sits at the browsers: users of the tenant under fire, signed in by the real form, and one in the control room."""

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fakes.core.browsers.forms import TOKEN_FIELD
from fakes.core.browsers.sessions import Sessions
from fakes.core.control.pages.overview import TOKEN
from fakes.core.control.pages.site import OVERVIEW
from fakes.core.paths import is_control, is_control_page
from fakes.core.request import WsgiApplication
from fakes.core.service import Fake
from tests.fuzz.wire import Headers, Raw, send

FORM: Final = ("Content-Type", "application/x-www-form-urlencoded")
_NO_PAGES: Final = ("/api/", "/client/")
_STARTS_SESSION: Final = ("POST /", "POST /login", f"POST {OVERVIEW.rstrip('/')}")
"""Where a session begins, which ends the one that the browser had."""

_NEVER: Final = "POST /_fake/room/reset"
"""What would empty the fake, and so is never asked for with a good token."""

_VISITOR: Final = "visitor"


def is_page(path: str) -> bool:
    """Say whether a browser asks for ``path``, a path or its template."""
    return is_control_page(path) if is_control(path) else not path.startswith(_NO_PAGES)


class SameCookies(Sessions):
    """Sessions whose cookies and form tokens are the same every time; ``upcoming`` is the next cookie."""

    def __init__(self) -> None:
        """Start with nobody signed in."""
        super().__init__()
        self._secret = b"the same every time"
        self._count = 0
        self.upcoming = ""

    def new_cookie(self) -> str:
        """Return the cookie that was chosen, else the next of those numbered."""
        self._count += 1
        return self.upcoming or f"cookie-{self._count}"


class Crowd:
    """Browsers of one fake: of each user one, and one in the control room, with cookies that are named by whose they are.

    ``invitation`` is the code of the last invitation.
    """

    def __init__(self, fake: Fake[Any], app: WsgiApplication, chance: random.Random) -> None:
        """Have nobody signed in yet."""
        self._fake, self.app, self._chance = fake, app, chance
        self._sessions, self._in_room = SameCookies(), SameCookies()
        fake.browsers.sessions, fake.control_browsers.sessions = self._sessions, self._in_room
        name = fake.name.lower()
        self._cookie_name, self._room_cookie_name = f"{name}_session", f"{name}_room"
        self.invitation = "nobody's"
        self._users: Sequence[tuple[str, str]] = ()

    @property
    def passwords(self) -> Mapping[str, str]:
        """The passwords of the users by their addresses."""
        return dict(self._users)

    def sign_in(self, tenant_id: str, users: Sequence[tuple[str, str]]) -> None:
        """See that all ``users``, addresses with passwords, are signed in to the tenant, and one is in the room."""
        self._users = users
        for email, password in users:
            session = self._sessions.get(_cookie_of(email))
            if session is None or session.tenant_id != tenant_id:
                fields = {"email": email, "password": password}
                self._enter(self._sessions, self._cookie_name, "/login", _cookie_of(email), fields)
        if self._in_room.get("room") is None:
            fields = {TOKEN: self._fake.control_token}
            self._enter(self._in_room, self._room_cookie_name, OVERVIEW, "room", fields)

    def end_sessions(self) -> None:
        """Sign all users out."""
        self._sessions.clear()

    def _enter(
        self, sessions: SameCookies, name: str, path: str, cookie: str, fields: Mapping[str, str]
    ) -> None:
        sent = urlencode({**fields, TOKEN_FIELD: sessions.form_token(_VISITOR)})
        headers = (("Cookie", f"{name}={_VISITOR}"), FORM)
        sessions.upcoming = cookie
        answer = send(self.app, Raw("POST", path, headers=headers, body=sent.encode()))
        sessions.upcoming = ""
        assert answer is not None
        assert answer.status == 303, answer
        assert f"{name}={cookie}" in answer.header("set-cookie"), answer

    def browser(self, route: str) -> tuple[Headers, str]:
        """Return the headers of a browser that may ask for ``route``, and the token of its forms.

        Mostly it is the browser of the first user; where a session starts it is nobody's.
        """
        path = route.partition(" ")[2]
        sessions = self._in_room if is_control(path) else self._sessions
        name = self._room_cookie_name if is_control(path) else self._cookie_name
        cookie = "room" if is_control(path) else self._somebody()
        if route in _STARTS_SESSION:
            cookie = _VISITOR
        token = sessions.form_token("somebody else" if route == _NEVER else cookie)
        return (("Cookie", f"{name}={cookie}"), ("Accept", "text/html")), token

    def odd_cookie(self) -> str:
        """Return a cookie header that lets nobody in, or somebody other than was meant."""
        name = self._chance.choice((self._cookie_name, self._room_cookie_name, "other"))
        value = self._chance.choice(
            (
                "", "room", _VISITOR, "gone", '"', '"\xff', "x" * 5_000, "a=b", "\x80\x81", "é;", " ", ",", "=",
                *map(_cookie_of, self.passwords),
            )
        )  # fmt: skip
        pair = f"{name}={value}"
        return self._chance.choice((pair, f"{pair}; {pair}", f"{name}=gone; {pair}", f";;{pair}", name))

    def odd_token(self, route: str) -> str:
        """Return a form token that does not fit a browser that asks for ``route``."""
        others = [self._sessions.form_token("somebody else"), self._in_room.form_token("gone")]
        if route != _NEVER:
            others.append(self._sessions.form_token(self._somebody()))
        token: str = self._chance.choice([*others, "", "0" * 64, "\ud800", "é" * 64])
        return token

    def secrets(self, route: str) -> Mapping[str, str]:
        """Return fields of the form of ``route`` that nobody could guess."""
        if route == "POST /login":
            email, password = self._chance.choice(self._users)
            return {"email": email, "password": password}
        return {TOKEN: self._fake.control_token} if route == f"POST {OVERVIEW.rstrip('/')}" else {}

    def _somebody(self) -> str:
        cookies = [_cookie_of(email) for email in self.passwords]
        first, *others = cookies
        return first if not others or self._chance.random() < 0.85 else self._chance.choice(others)


def _cookie_of(email: str) -> str:
    return email.partition("@")[0]
