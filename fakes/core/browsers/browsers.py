"""The browsers that ask: the cookie each carries, its session, and the token that its forms must carry."""

from typing import Literal

import falcon

from fakes.core.browsers.forms import TOKEN_FIELD, Form, read_form
from fakes.core.browsers.sessions import Session, Sessions

_THIRTY_DAYS = 30 * 86_400


class Browsers:
    """What one cookie is needed for. Scripts cannot read it, and other sites cannot send forms with it."""

    def __init__(self, cookie_name: str, *, path: str = "/", same_site: Literal["Lax", "Strict"]) -> None:
        """Start with nobody signed in; the cookie is sent to addresses below ``path`` only."""
        self.sessions = Sessions()
        self._name, self._path, self._same_site = cookie_name, path, same_site

    def cookie(self, request: falcon.Request) -> str:
        """Return the value of the cookie, ``""`` without one."""
        values = request.get_cookie_values(self._name)
        return values[0] if values else ""

    def session(self, request: falcon.Request) -> Session | None:
        """Return the session of the browser that asks, or None."""
        return self.sessions.get(self.cookie(request))

    def visitor(self, request: falcon.Request, response: falcon.Response) -> str:
        """Return the cookie of whoever asks, signed in or not, and give the browser one if it has none."""
        cookie = self.cookie(request)
        if not cookie:
            cookie = self.sessions.new_cookie()
            self._set(response, cookie)
        return cookie

    def form(self, request: falcon.Request) -> Form | None:
        """Return the form that was sent, or None unless it carries this browser's token."""
        cookie, form = self.cookie(request), read_form(request)
        return form if cookie and self.sessions.fits(cookie, form.text(TOKEN_FIELD)) else None

    def begin(
        self, request: falcon.Request, response: falcon.Response, tenant_id: str = "", email: str = ""
    ) -> None:
        """Begin a session with a cookie of its own; the one that the browser had before is over."""
        self.sessions.end(self.cookie(request))
        self._set(response, self.sessions.begin(tenant_id, email))

    def end(self, request: falcon.Request, response: falcon.Response) -> None:
        """End the session of the browser that asks."""
        self.sessions.end(self.cookie(request))
        response.unset_cookie(self._name, path=self._path, same_site=self._same_site)

    def _set(self, response: falcon.Response, value: str) -> None:
        response.set_cookie(
            self._name,
            value,
            path=self._path,
            http_only=True,
            same_site=self._same_site,
            secure=False,  # the fakes speak plain HTTP on loopback
            max_age=_THIRTY_DAYS,
        )
