"""Users, their roles, and what a role may do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from fakes.core.secrets import same
from fakes.gladly.rules.problems import Problem, RoleError, TakenError


class Role(StrEnum):
    """Gladly's roles (vendor help). A user may hold several."""

    COMPLIANCE_ADMINISTRATOR = "Compliance Administrator"
    ADMINISTRATOR = "Administrator"
    TEAM_MANAGER = "Team Manager"
    AGENT_PLUS = "Agent Plus"
    AGENT = "Agent"
    ANALYST = "Analyst"
    TASK_USER = "Task User"
    ANSWERS_ADMINISTRATOR = "Answers Administrator"
    API_USER = "API User"
    DEVELOPER = "Developer"
    LIVEBOARDS_ONLY = "Liveboards Only"


AGENT_ROLES = frozenset({Role.ADMINISTRATOR, Role.TEAM_MANAGER, Role.AGENT_PLUS, Role.AGENT})
"""The roles whose holders answer customers and so stand in the agents list (inferred)."""


@dataclass(slots=True)
class User:
    """Someone who logs in to one organization. ``password`` is kept in the clear: it opens nothing but a fake."""

    id: str
    name: str
    email: str
    password: str = field(repr=False)
    roles: frozenset[Role]

    def has(self, role: Role) -> bool:
        """Say whether the user holds ``role``."""
        return role in self.roles

    def may_use_api(self) -> bool:
        """Say whether the user's tokens may be used: the API User role is needed (Gladly OpenAPI)."""
        return self.has(Role.API_USER)

    def may_delete_customers(self) -> bool:
        """Say whether the user may delete customers through the API: both roles are needed (Gladly OpenAPI)."""
        return self.has(Role.API_USER) and self.has(Role.COMPLIANCE_ADMINISTRATOR)

    def is_agent(self) -> bool:
        """Say whether the user answers customers."""
        return bool(self.roles & AGENT_ROLES)


def require_apps_page(user: User) -> None:
    """Raise ``RoleError`` unless ``user`` may work in Settings > Apps: Administrators only (vendor help)."""
    if not user.has(Role.ADMINISTRATOR):
        held = ", ".join(sorted(user.roles)) or "no role"
        raise RoleError(
            Problem("forbidden", f"Settings > Apps needs the role Administrator; {user.email} has: {held}")
        )


class Users:
    """The users of one organization, by e-mail address whatever its case (inferred)."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._by_id: dict[str, User] = {}
        self._by_email: dict[str, User] = {}

    def add(self, user: User) -> User:
        """Keep ``user`` and return it, or raise ``TakenError`` when the address is another's."""
        if user.email.lower() in self._by_email:
            raise TakenError(Problem("taken", f"a user with the email {user.email} exists", "email"))
        self._by_id[user.id] = self._by_email[user.email.lower()] = user
        return user

    def by_id(self, user_id: str) -> User | None:
        """Return the user with this id, or None."""
        return self._by_id.get(user_id)

    def by_email(self, email: str) -> User | None:
        """Return the user with this address, or None."""
        return self._by_email.get(email.strip().lower())

    def with_role(self, role: Role) -> list[User]:
        """Return the holders of ``role`` in the order they came."""
        return [user for user in self if user.has(role)]

    def log_in(self, email: str, password: str) -> User | None:
        """Return the user whom address and password belong to, or None."""
        user = self.by_email(email)
        return user if user is not None and same(user.password, password) else None

    def __iter__(self) -> Iterator[User]:
        """Iterate in the order they came."""
        return iter(list(self._by_id.values()))
