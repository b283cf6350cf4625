"""The people of an account, their roles, and who may manage private keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from fakes.core.secrets import same
from fakes.klaviyo.rules.errors import UnknownUser


class Role(StrEnum):
    """The seven built-in roles, by the labels people see (vendor help)."""

    OWNER = "Owner"
    ADMIN = "Admin"
    MANAGER = "Manager"
    ANALYST = "Analyst"
    CAMPAIGN_COORDINATOR = "Campaign Coordinator"
    CONTENT_CREATOR = "Content Creator"
    SUPPORT = "Support"

    @property
    def slug(self) -> str:
        """The role as the local part of an e-mail address, such as ``campaign-coordinator``."""
        return self.value.lower().replace(" ", "-")

    @property
    def sees_analytics(self) -> bool:
        """Whether the role sees metrics and profiles: all but a Content Creator (vendor help; for Support inferred)."""
        return self is not Role.CONTENT_CREATOR


def may_manage_keys(role: Role, *, managers: bool) -> bool:
    """Say whether ``role`` may see, create, clone and delete private keys.

    Owner and Admin always may. A Manager may by the older rule and may not by the newer one (vendor help differs
    with its date), so ``managers`` decides.
    """
    return role in (Role.OWNER, Role.ADMIN) or (managers and role is Role.MANAGER)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can log in to the account."""

    email: str
    password: str = field(repr=False)
    role: Role


class Users:
    """The users of one account, found by e-mail address whatever its case."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._by_email: dict[str, User] = {}

    def add(self, user: User) -> User:
        """Keep ``user`` and return them."""
        self._by_email[user.email.lower()] = user
        return user

    def get(self, email: str) -> User:
        """Return the user, or raise ``UnknownUser``."""
        user = self._by_email.get(email.strip().lower())
        if user is None:
            raise UnknownUser(f"no user of this account has the e-mail address {email!r}", "email")
        return user

    def log_in(self, email: str, password: str) -> User | None:
        """Return the user whose password this is, or None for any mismatch."""
        user = self._by_email.get(email.strip().lower())
        return user if user is not None and same(user.password, password) else None

    def __iter__(self) -> Iterator[User]:
        """Iterate in the order they were added."""
        return iter(list(self._by_email.values()))
