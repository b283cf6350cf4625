"""API tokens: shown once, kept as a digest, each the property of one user."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from fakes.core.ids import Ids
from fakes.gladly.rules.problems import NotExistError, Problem
from fakes.gladly.rules.users import User

_TOKEN_LENGTH = 32


def credentials_digest(email: str, token: str) -> str:
    """Return what is kept of an e-mail address and a token: a SHA-256 of the two, in hexadecimal."""
    return hashlib.sha256(f"{email.strip().lower()}\n{token}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it is remembered: everything but the token."""

    id: str
    name: str
    user: User
    digest: str
    created_at: datetime


class Tokens:
    """The API tokens of one organization."""

    def __init__(self, ids: Ids) -> None:
        """Start with none."""
        self._ids = ids
        self._by_digest: dict[str, ApiToken] = {}

    def create(self, user: User, at: datetime, name: str = "") -> tuple[ApiToken, str]:
        """Return a new token of ``user`` and, this once, its secret.

        Without a name it is called ``New Token``, ``New Token 2`` and so on (vendor docs). A user without the API
        User role may be given one here; the API then refuses it with 403.
        """
        secret = self._ids.text(_TOKEN_LENGTH)
        number = len(self._by_digest) + 1
        shown = name or ("New Token" if number == 1 else f"New Token {number}")
        digest = credentials_digest(user.email, secret)
        token = self._by_digest[digest] = ApiToken(self._ids.slugid(), shown, user, digest, at)
        return token, secret

    def revoke(self, token_id: str) -> ApiToken:
        """Forget the token and return what is left of it, or raise ``NotExistError``."""
        for digest, token in self._by_digest.items():
            if token.id == token_id:
                return self._by_digest.pop(digest)
        raise NotExistError(Problem("not_exist", "entity does not exist"))

    def owner(self, email: str, token: str) -> User | None:
        """Return the user whom the credentials belong to, or None. Digests are compared, never tokens."""
        found = self._by_digest.get(credentials_digest(email, token))
        return None if found is None else found.user

    def all(self) -> list[ApiToken]:
        """Return all tokens as they are remembered, in the order they came."""
        return list(self._by_digest.values())

    def digests(self) -> list[str]:
        """Return the digests of all tokens."""
        return list(self._by_digest)
