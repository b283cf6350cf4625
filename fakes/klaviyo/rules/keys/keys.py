"""Private API keys: made once, shown once, deleted for good; only name and status ever change."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from fakes.core.clock import Clock
from fakes.core.ids import HEX, Ids
from fakes.klaviyo.rules.errors import InvalidKey, RoleRefused, UnknownKey
from fakes.klaviyo.rules.keys.scopes import SCOPES, AccessLevel
from fakes.klaviyo.rules.users import Role, User

PREFIX = "pk_"
SECRET_LENGTH = 34
SHORTEST_NAME = 3
LOOKS_SECRET = re.compile(r"pk_[A-Za-z0-9_-]{20,}")
"""What may be a private key, longer ones and other alphabets included (vendor support, as quoted in public)."""


@dataclass(slots=True)
class PrivateKey:
    """A private key. ``created`` and ``last_used`` are aware UTC; ``secret`` is ``pk_`` and 34 hex digits."""

    id: str
    name: str
    secret: str = field(repr=False)
    access: AccessLevel
    scopes: frozenset[str]
    created: datetime
    last_used: datetime | None = None
    disabled: bool = False
    deleted: bool = False

    @property
    def works(self) -> bool:
        """Whether the key authenticates at all."""
        return not (self.disabled or self.deleted)

    @property
    def masked(self) -> str:
        """The key as lists show it, such as ``pk_****abcd`` (Klaviyo OpenAPI)."""
        return f"{PREFIX}****{self.secret[-4:]}"

    def created_date(self, timezone: str) -> str:
        """Return the day the key was made in ``timezone``, such as ``04/12/2023`` (vendor help)."""
        return self.created.astimezone(ZoneInfo(timezone)).strftime("%m/%d/%Y")

    def allows(self, scopes: Iterable[str]) -> bool:
        """Say whether the key holds every one of ``scopes``."""
        return self.scopes.issuperset(scopes)


class KeyRing:
    """The private keys of one account.

    Every call takes the user in whose name it is made; None is the fake itself and may do everything. ``may`` says
    whether a role manages keys; ``announce`` is told of each new key, so that requests can be led to its account.
    """

    def __init__(
        self, ids: Ids, clock: Clock, may: Callable[[Role], bool], announce: Callable[[PrivateKey], None]
    ) -> None:
        """Start without keys."""
        self._ids = ids
        self._clock = clock
        self._may = may
        self._announce = announce
        self._by_id: dict[str, PrivateKey] = {}

    def create(
        self, actor: User | None, name: str, access: AccessLevel, scopes: Iterable[str] = ()
    ) -> PrivateKey:
        """Make a key; its ``secret`` is readable on the returned object only.

        ``scopes`` are for a custom key; none at all is allowed (inferred: the page's rows all start at no access).
        Raises ``RoleRefused``, or ``InvalidKey`` for a bad name or unknown scopes.
        """
        self._check(actor)
        chosen = frozenset(scopes)
        if access is not AccessLevel.CUSTOM and chosen:
            raise InvalidKey(f"scopes can only be chosen for a {AccessLevel.CUSTOM.label}", "scopes")
        if unknown := chosen - SCOPES:
            raise InvalidKey(f"unknown scopes: {', '.join(sorted(unknown))}", "scopes")
        return self._add(_checked_name(name), access, access.scopes(chosen))

    def clone(self, actor: User | None, key_id: str) -> PrivateKey:
        """Make a key with a new value and the name, access level and scopes of another (vendor help)."""
        self._check(actor)
        model = self.get(actor, key_id)
        return self._add(model.name, model.access, model.scopes)

    def delete(self, actor: User | None, key_id: str) -> None:
        """Delete the key for good: it is refused from now on. Raises ``RoleRefused`` or ``UnknownKey``."""
        self.get(actor, key_id).deleted = True

    def update(
        self, actor: User | None, key_id: str, name: str | None = None, disabled: bool | None = None
    ) -> PrivateKey:
        """Rename, disable or enable a key; None leaves as it is (Klaviyo beta OpenAPI: no other field can change).

        Raises ``RoleRefused``, ``UnknownKey`` or ``InvalidKey``.
        """
        key = self.get(actor, key_id)
        if name is not None:
            key.name = _checked_name(name)
        if disabled is not None:
            key.disabled = disabled
        return key

    def get(self, actor: User | None, key_id: str) -> PrivateKey:
        """Return a key that is not deleted, or raise ``RoleRefused`` or ``UnknownKey``."""
        self._check(actor)
        key = self._by_id.get(key_id)
        if key is None or key.deleted:
            raise UnknownKey(f"there is no private API key with id {key_id!r}", "id")
        return key

    def all(self, actor: User | None) -> list[PrivateKey]:
        """Return the keys that are not deleted, oldest first (order inferred). Raises ``RoleRefused``."""
        self._check(actor)
        return [key for key in self._by_id.values() if not key.deleted]

    def _add(self, name: str, access: AccessLevel, scopes: frozenset[str]) -> PrivateKey:
        now = self._clock.now()
        secret = PREFIX + self._ids.text(SECRET_LENGTH, HEX)
        key = PrivateKey(self._ids.ulid(now), name, secret, access, scopes, now)
        self._by_id[key.id] = key
        self._announce(key)
        return key

    def _check(self, actor: User | None) -> None:
        if actor is not None and not self._may(actor.role):
            raise RoleRefused(f"the role {actor.role} may not manage private API keys", "role")


def _checked_name(name: str) -> str:
    """Return the name without outer blanks; a name is needed, and at least 3 characters of it (inferred)."""
    name = name.strip()
    if not name:
        raise InvalidKey("a private API key needs a name", "name")
    if len(name) < SHORTEST_NAME:
        raise InvalidKey(f"the name must have at least {SHORTEST_NAME} characters", "name")
    return name
