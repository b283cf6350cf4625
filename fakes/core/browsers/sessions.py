"""Who is signed in: sessions kept on the server, named by a cookie that says nothing itself.

Form tokens are derived from that cookie, so that a form of one browser cannot be sent from another (CSRF); a visitor
who is not signed in has a cookie too, for the form that signs in.
"""

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field

MOST_SESSIONS = 2_000
"""How many sessions a fake keeps; the one not seen for longest is forgotten first."""

MOST_NOTICES = 20
"""How many notices wait for the next page; of a browser that never looks the oldest go first."""

_COOKIE_BYTES = 24


@dataclass(slots=True)
class Session:
    """A browser in which somebody is signed in. ``once`` holds what the next page may show a single time."""

    tenant_id: str
    email: str
    notices: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_NOTICES))
    once: dict[str, str] = field(default_factory=dict, repr=False)


class Sessions:
    """The sessions of one fake. Only digests of cookies are kept. Safe to use from several threads."""

    def __init__(self, most: int = MOST_SESSIONS) -> None:
        """Start with nobody signed in; keep ``most`` sessions at a time."""
        self._most = most
        self._secret = secrets.token_bytes(32)
        self._by_digest: OrderedDict[bytes, Session] = OrderedDict()
        self._lock = threading.Lock()

    def new_cookie(self) -> str:
        """Return a cookie's value for a browser that has none; nothing is kept of it."""
        return secrets.token_urlsafe(_COOKIE_BYTES)

    def form_token(self, cookie: str) -> str:
        """Return the token that every form sent by this browser must carry."""
        return hmac.new(self._secret, cookie.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def fits(self, cookie: str, token: str) -> bool:
        """Say, in constant time, whether ``token`` is the form token of this browser."""
        return hmac.compare_digest(self.form_token(cookie).encode(), token.encode("utf-8", "replace"))

    def begin(self, tenant_id: str, email: str) -> str:
        """Sign somebody in and return the cookie's new value: a cookie from before is worth nothing."""
        cookie = self.new_cookie()
        with self._lock:
            self._by_digest[_digest(cookie)] = Session(tenant_id, email)
            while len(self._by_digest) > self._most:
                self._by_digest.popitem(last=False)
        return cookie

    def get(self, cookie: str) -> Session | None:
        """Return the session of this cookie, or None."""
        with self._lock:
            session = self._by_digest.get(digest := _digest(cookie))
            if session is not None:
                self._by_digest.move_to_end(digest)
        return session

    def end(self, cookie: str) -> None:
        """Sign out; an unknown cookie is no mistake."""
        with self._lock:
            self._by_digest.pop(_digest(cookie), None)

    def end_all(self, tenant_id: str, email: str) -> None:
        """Sign somebody out wherever they are signed in."""
        with self._lock:
            for digest, session in list(self._by_digest.items()):
                if (session.tenant_id, session.email) == (tenant_id, email):
                    del self._by_digest[digest]

    def clear(self) -> None:
        """Sign everybody out."""
        with self._lock:
            self._by_digest.clear()

    def __len__(self) -> int:
        """Count the sessions that are kept."""
        return len(self._by_digest)


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).digest()
