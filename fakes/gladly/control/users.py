"""The control routes of Settings > Users and Settings > API Tokens, without the pages.

With the header ``X-Fake-User`` they act as that user, by the user's roles; without it, as the harness.
"""

import falcon
from pydantic import Field

from fakes.core.control.plane import USER_HEADER, Ask, asked
from fakes.core.errors import ControlError
from fakes.core.http.app import App
from fakes.gladly.control.resource import acting, acting_user, domain_errors
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.settings.users import Invitation, UserSettings
from fakes.gladly.rules.users.users import Role, User, role_advice
from fakes.gladly.service.context import fake_of


class UserAsk(Ask):
    """A user to invite; with a password, one who has accepted already."""

    name: str
    email: str
    roles: list[Role]
    password: str | None = Field(default=None, repr=False)


class UserChangeAsk(Ask):
    """What to change about a user; what is absent stays."""

    roles: list[Role] | None = None
    active: bool | None = None


class NameAsk(Ask):
    """A token's new name."""

    name: str


class _Users:
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with acting(req, tenant_id) as organization:
            resp.media = UserSettings(organization).rows(acting_user(req, organization))

    def on_post(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, UserAsk)
        with acting(req, tenant_id) as organization:
            by = acting_user(req, organization)
            invitation = UserSettings(organization).invite(ask.name, ask.email, frozenset(ask.roles), by)
            if ask.password is not None:
                UserSettings(organization).accept(invitation.code, ask.password)
        resp.status, resp.media = falcon.HTTP_201, _invited(invitation)


class _User:
    def on_patch(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, user_id: str) -> None:
        ask = asked(req, UserChangeAsk)
        with acting(req, tenant_id) as organization:
            people, by = UserSettings(organization), acting_user(req, organization)
            if ask.roles is not None:
                people.change_roles(user_id, frozenset(ask.roles), by)
            if ask.active is not None:
                (people.reactivate if ask.active else people.deactivate)(user_id, by)
            user = organization.users.get(user_id)
            status = user.status(organization.clock.now())
            resp.media = {"id": user.id, "status": status, "advice": role_advice(user.roles)}


class _Tokens:
    def on_get(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        with acting(req, tenant_id) as organization:
            resp.media = [token.row() for token in organization.tokens.of(_user(req, organization))]

    def on_post(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        organization = fake_of(req).tenants.get(tenant_id)
        with domain_errors():
            token, secret = fake_of(req).create_token(organization, _user(req, organization))
        resp.status, resp.media = falcon.HTTP_201, token.row() | {"token": secret}


class _Token:
    def on_patch(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, token_id: str) -> None:
        ask = asked(req, NameAsk)
        with acting(req, tenant_id) as organization:
            resp.media = organization.tokens.rename(token_id, ask.name, _user(req, organization)).row()

    def on_delete(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, token_id: str) -> None:
        organization = fake_of(req).tenants.get(tenant_id)
        with domain_errors():
            fake_of(req).delete_token(organization, token_id, _user(req, organization))
        resp.status = falcon.HTTP_204


def _user(request: falcon.Request, organization: Organization) -> User:
    """Return whose tokens are meant: a token is always somebody's."""
    if (user := acting_user(request, organization)) is None:
        raise ControlError(f"tokens are a user's: name one in the header {USER_HEADER}")
    return user


def _invited(invitation: Invitation) -> dict[str, object]:
    user = invitation.user
    return {"id": user.id, "invitation": invitation.code, "advice": role_advice(user.roles)}


def add_user_control(app: App, organization: str) -> None:
    """Add the routes under ``organization``, the path of one organization."""
    app.add_route(f"{organization}/users", _Users())
    app.add_route(f"{organization}/users/{{user_id}}", _User())
    app.add_route(f"{organization}/tokens", _Tokens())
    app.add_route(f"{organization}/tokens/{{token_id}}", _Token())
