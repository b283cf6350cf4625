"""Settings > Users: who is there, with which roles; inviting, changing, deactivating. Administrators only."""

from dataclasses import dataclass, field
from typing import Any

from fakes.gladly.rules.customers.addresses import normal_email
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, raise_invalid
from fakes.gladly.rules.events.events import Assignee, Initiator
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role, User, UserStatus, require_users_page, role_errors


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the invited user gets by mail: a code, good once, for 24 hours (vendor help)."""

    user: User
    code: str = field(repr=False)


class UserSettings:
    """The users page of one organization. ``by`` is the user at work, or None for the harness itself."""

    def __init__(self, organization: Organization) -> None:
        """Serve ``organization``."""
        self._organization = organization

    def rows(self, by: User | None = None) -> list[dict[str, Any]]:
        """Return the list: ``id, name, email, roles, teams, inboxes, status`` of each (columns vendor help)."""
        _require(by)
        return [self._row(user) for user in self._organization.users]

    def invite(self, name: str, email: str, roles: frozenset[Role], by: User | None = None) -> Invitation:
        """Add a user who has yet to accept. Raises ``RoleError``, ``InvalidError`` or ``TakenError``."""
        _require(by)
        errors = [] if name.strip() else [ErrorDetail("blank", "name cannot be blank", "name")]
        if normal_email(email) is None:
            errors.append(ErrorDetail("invalid", "invalid email address", "email"))
        raise_invalid([*errors, *role_errors(roles)])
        new = User(self._organization.ids.slugid(), name.strip(), email.strip(), "", roles)
        return self._invitation(self._organization.users.add(new), by)

    def invite_again(self, user_id: str, by: User | None = None) -> Invitation:
        """Send another invitation, which ends the one before. Raises ``RoleError``, ``NotExistError``, ``InvalidError``."""
        _require(by)
        user = self._organization.users.get(user_id)
        if user.invited_at is None:
            raise InvalidError(ErrorDetail("invalid_state", "the user has accepted already"))
        return self._invitation(user, by)

    def accept(self, code: str, password: str) -> User:
        """Let the invited user choose a password, which makes them active, or raise ``InvalidError``."""
        organization = self._organization
        user = self._organization.invitations.get(code)
        if user is None or user.status(organization.clock.now()) is not UserStatus.INVITED:
            raise InvalidError(ErrorDetail("invalid", "the invitation does not exist or has expired"))
        if not password.strip():
            raise InvalidError(ErrorDetail("blank", "password cannot be blank", "password"))
        del self._organization.invitations[code]
        organization.secrets.add(password)
        user.password, user.invited_at = password, None
        organization.place(user)
        return user

    def change_roles(self, user_id: str, roles: frozenset[Role], by: User | None = None) -> User:
        """Give the user these roles and no others. Raises ``RoleError``, ``NotExistError`` or ``InvalidError``."""
        _require(by)
        user = self._organization.users.get(user_id)
        errors = role_errors(roles)
        if Role.ADMINISTRATOR not in roles:
            errors += self._last_administrator_errors(user)
        raise_invalid(errors)
        user.roles = roles
        self._organization.place(user)
        self._write(f"changed the roles of {user.email} to {', '.join(sorted(roles))}", by)
        return user

    def deactivate(self, user_id: str, by: User | None = None) -> User:
        """Lock the user out; what is theirs and not closed is nobody's then (reason Gladly OpenAPI, rest inferred).

        Raises ``RoleError``, ``NotExistError`` or ``InvalidError``: for the last Administrator (inferred).
        """
        _require(by)
        organization = self._organization
        user = organization.users.get(user_id)
        raise_invalid(self._last_administrator_errors(user))
        user.deactivated = True
        organization.place(user)
        initiator = Initiator.agent((by or user).id)
        for conversation in organization.conversations.assigned_to(user.id):
            nobody = Assignee(conversation.assignee.inbox_id)
            organization.conversations.assign(conversation, nobody, initiator, "USER_DEACTIVATION")
        self._write(f"deactivated {user.email}", by)
        return user

    def reactivate(self, user_id: str, by: User | None = None) -> User:
        """Let a deactivated user in again. Raises ``RoleError`` or ``NotExistError``."""
        _require(by)
        user = self._organization.users.get(user_id)
        user.deactivated = False
        self._organization.place(user)
        self._write(f"reactivated {user.email}", by)
        return user

    def _invitation(self, user: User, by: User | None) -> Invitation:
        code = self._organization.ids.text(32)
        self._organization.secrets.add(code)
        self._organization.invitations = {
            one: whose for one, whose in self._organization.invitations.items() if whose is not user
        }
        self._organization.invitations[code] = user
        user.invited_at = self._organization.clock.now()
        self._write(f"invited {user.email}", by)
        return Invitation(user, code)

    def _last_administrator_errors(self, user: User) -> list[ErrorDetail]:
        if self._organization.users.with_role(Role.ADMINISTRATOR) != [user]:
            return []
        return [ErrorDetail("invalid_state", "an organization needs an Administrator", "roles")]

    def _row(self, user: User) -> dict[str, Any]:
        directory = self._organization.directory
        return {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "roles": [role.value for role in Role if role in user.roles],
            "teams": [team.name for team in directory.teams() if user.id in team.agent_ids],
            "inboxes": [inbox.name for inbox in directory.inboxes() if user.id in inbox.agent_ids],
            "status": user.status(self._organization.clock.now()).value,
        }

    def _write(self, what: str, by: User | None) -> None:
        who = "the harness" if by is None else by.email
        self._organization.journal.write("action", what, user=who)


def _require(by: User | None) -> None:
    if by is not None:
        require_users_page(by)
