"""API tokens: shown once, kept as a digest, each the property of one user."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count
from typing import Any

from fakes.core.ids import Ids
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, NotExistError
from fakes.gladly.rules.times import stamp
from fakes.gladly.rules.users.users import User, require_tokens_page

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

    def row(self) -> dict[str, Any]:
        """Return the token as its page lists it: ``{"id", "name", "created_at"}``."""
        return {"id": self.id, "name": self.name, "created_at": stamp(self.created_at)}


class Tokens:
    """The API tokens of one organization."""

    def __init__(self, ids: Ids) -> None:
        """Start with none."""
        self._ids = ids
        self._by_digest: dict[str, ApiToken] = {}

    def create(self, user: User, at: datetime, name: str = "") -> tuple[ApiToken, str]:
        """Return a new token of ``user`` and, this once, its secret.

        Without a name it is called ``New Token``, ``New Token 2`` and so on (vendor docs), by the first of these
        that no token of the organization has (inferred). A user without the API User role may be given one here;
        the API then refuses it with 403.
        """
        secret = self._ids.text(_TOKEN_LENGTH)
        digest = credentials_digest(user.email, secret)
        token = ApiToken(self._ids.slugid(), name or self._free_name(), user, digest, at)
        self._by_digest[digest] = token
        return token, secret

    def revoke(self, token_id: str) -> ApiToken:
        """Forget the token and return what is left of it, or raise ``NotExistError``."""
        return self._by_digest.pop(self._get(token_id).digest)

    def of(self, user: User) -> list[ApiToken]:
        """Return the tokens of ``user`` in the order they came, or raise ``RoleError``: what their page lists."""
        require_tokens_page(user)
        return [token for token in self.all() if token.user is user]

    def require_own(self, token_id: str, user: User) -> None:
        """Raise ``RoleError``, or ``NotExistError`` unless the token is the user's."""
        if all(token.id != token_id for token in self.of(user)):
            raise _unknown()

    def rename(self, token_id: str, name: str, by: User) -> ApiToken:
        """Give a token of ``by`` another name. Raises as ``require_own`` does, or ``InvalidError`` for a blank name."""
        self.require_own(token_id, by)
        if not name.strip():
            raise InvalidError(ErrorDetail("blank", "name cannot be blank", "name"))
        token = replace(self._get(token_id), name=name.strip())
        self._by_digest[token.digest] = token
        return token

    def owner(self, email: str, token: str) -> User | None:
        """Return the active user whom the credentials belong to, or None. Digests are compared, never tokens."""
        found = self._by_digest.get(credentials_digest(email, token))
        return found.user if found is not None and found.user.is_active else None

    def all(self) -> list[ApiToken]:
        """Return all tokens as they are remembered, in the order they came."""
        return list(self._by_digest.values())

    def digests(self) -> list[str]:
        """Return the digests of all tokens."""
        return list(self._by_digest)

    def _get(self, token_id: str) -> ApiToken:
        for token in self._by_digest.values():
            if token.id == token_id:
                return token
        raise _unknown()

    def _free_name(self) -> str:
        taken = {token.name for token in self.all()}
        names = (f"New Token {number}" for number in count(2))
        return next(name for name in chain(["New Token"], names) if name not in taken)


def _unknown() -> NotExistError:
    return NotExistError(ErrorDetail("not_exist", "entity does not exist"))
