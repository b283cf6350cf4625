"""Users, their roles, and what a role may do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from fakes.core.secrets import same
from fakes.gladly.rules.errors import ErrorDetail, NotExistError, RoleError, TakenError


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


INVITATION_LASTS: Final = timedelta(hours=24)
"""How long an invitation can be accepted (vendor help)."""


class UserStatus(StrEnum):
    """What the users list says of a user (the column: vendor help; its words: inferred)."""

    ACTIVE = "Active"
    INVITED = "Invited"
    EXPIRED = "Invitation Expired"
    DEACTIVATED = "Deactivated"


@dataclass(slots=True)
class User:
    """Someone who logs in to one organization. ``password`` is kept in the clear: it opens nothing but a fake.

    ``invited_at`` is when they were invited, until they accept.
    """

    id: str
    name: str
    email: str
    password: str = field(repr=False)
    roles: frozenset[Role]
    invited_at: datetime | None = None
    deactivated: bool = False

    @property
    def is_active(self) -> bool:
        """Say whether the user may log in and use tokens."""
        return self.invited_at is None and not self.deactivated

    def status(self, now: datetime) -> UserStatus:
        """Return what the users list says."""
        if self.deactivated:
            return UserStatus.DEACTIVATED
        if self.invited_at is None:
            return UserStatus.ACTIVE
        return UserStatus.EXPIRED if now - self.invited_at >= INVITATION_LASTS else UserStatus.INVITED

    def has(self, role: Role) -> bool:
        """Say whether the user holds ``role``."""
        return role in self.roles

    def may_use_api(self) -> bool:
        """Say whether the user's tokens may be used: the API User role is needed (Gladly OpenAPI)."""
        return self.has(Role.API_USER)

    def may_delete_customers(self) -> bool:
        """Say whether the user may delete customers through the API: both roles are needed (Gladly OpenAPI)."""
        return self.has(Role.API_USER) and self.has(Role.COMPLIANCE_ADMINISTRATOR)

    def may_read_reports(self) -> bool:
        """Say whether the user may have reports made through the API: Administrator is needed besides (vendor help)."""
        return self.has(Role.API_USER) and self.has(Role.ADMINISTRATOR)

    def is_agent(self) -> bool:
        """Say whether the user answers customers."""
        return bool(self.roles & AGENT_ROLES)


def role_errors(roles: frozenset[Role]) -> list[ErrorDetail]:
    """Return what is wrong with a user's roles together: none at all (inferred), or two that exclude each other.

    Liveboards Only and Task User cannot be combined, not with each other (vendor help); that each goes with other
    roles is inferred.
    """
    if not roles:
        return [ErrorDetail("blank", "a user needs at least one role", "roles")]
    if roles >= {Role.LIVEBOARDS_ONLY, Role.TASK_USER}:
        return [ErrorDetail("invalid", "Liveboards Only and Task User cannot be combined", "roles")]
    return []


def role_advice(roles: frozenset[Role]) -> list[str]:
    """Return what should be otherwise about the roles but is allowed (vendor help)."""
    if Role.API_USER in roles and not roles & {Role.AGENT, Role.ADMINISTRATOR}:
        return ["API User should be combined with Agent, Administrator or both"]
    return []


def require_apps_page(user: User) -> None:
    """Raise ``RoleError`` unless ``user`` may work in Settings > Apps: Administrators only (vendor help)."""
    _require(user, Role.ADMINISTRATOR, "Settings > Apps")


def require_users_page(user: User) -> None:
    """Raise ``RoleError`` unless ``user`` may add users and change roles: Administrators only (Gladly OpenAPI)."""
    _require(user, Role.ADMINISTRATOR, "Settings > Users")


def require_workflow_page(user: User) -> None:
    """Raise ``RoleError`` unless ``user`` may set how conversations open and close: Administrators only (inferred)."""
    _require(user, Role.ADMINISTRATOR, "Settings > Conversation Workflow")


def require_webhooks_page(user: User) -> None:
    """Raise ``RoleError`` unless ``user`` may work in Settings > Webhooks: API Users only (vendor help)."""
    _require(user, Role.API_USER, "Settings > Webhooks")


def require_tokens_page(user: User) -> None:
    """Raise ``RoleError`` unless ``user`` may have API tokens: API Users only (Gladly OpenAPI)."""
    _require(user, Role.API_USER, "Settings > API Tokens")


def require_workspace(user: User) -> None:
    """Raise ``RoleError`` unless ``user`` answers customers (which roles do is inferred)."""
    if not user.is_agent():
        held = ", ".join(sorted(user.roles)) or "no role"
        raise RoleError(
            ErrorDetail("forbidden", f"{user.email} answers no customers; {user.email} has: {held}")
        )


def _require(user: User, role: Role, page: str) -> None:
    if not user.has(role):
        held = ", ".join(sorted(user.roles)) or "no role"
        raise RoleError(ErrorDetail("forbidden", f"{page} needs the role {role}; {user.email} has: {held}"))


_NOBODYS: Final = "-" * 16


class Users:
    """The users of one organization, by e-mail address whatever its case (inferred)."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._by_id: dict[str, User] = {}
        self._by_email: dict[str, User] = {}

    def add(self, user: User) -> User:
        """Keep ``user`` and return it, or raise ``TakenError`` when the address is another's."""
        if user.email.lower() in self._by_email:
            raise TakenError(ErrorDetail("taken", f"a user with the email {user.email} exists", "email"))
        self._by_id[user.id] = self._by_email[user.email.lower()] = user
        return user

    def get(self, user_id: str) -> User:
        """Return the user, or raise ``NotExistError``."""
        if (user := self._by_id.get(user_id)) is None:
            raise NotExistError(ErrorDetail("not_exist", "user does not exist"))
        return user

    def by_id(self, user_id: str) -> User | None:
        """Return the user with this id, or None."""
        return self._by_id.get(user_id)

    def by_email(self, email: str) -> User | None:
        """Return the user with this address, or None."""
        return self._by_email.get(email.strip().lower())

    def with_role(self, role: Role) -> list[User]:
        """Return the active holders of ``role`` in the order they came."""
        return [user for user in self if user.is_active and user.has(role)]

    def log_in(self, email: str, password: str) -> User | None:
        """Return the active user whom address and password belong to, or None, in the same time for everybody."""
        user = self.by_email(email)
        fits = same(user.password if user is not None else _NOBODYS, password)
        return user if user is not None and user.is_active and fits else None

    def __iter__(self) -> Iterator[User]:
        """Iterate in the order they came."""
        return iter(list(self._by_id.values()))
