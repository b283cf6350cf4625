"""Whose pages these are: Gladly's users, what their roles let them see, and the frame around every page."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import falcon

from fakes.core.pages.site import Guest, Site, Visit
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.times import stamp
from fakes.gladly.rules.users.users import Role, User
from fakes.gladly.service.context import fake_of
from fakes.gladly.service.requests import subdomain_of

CUSTOMERS_PATH = "/customers"
CONVERSATIONS_PATH = "/conversations"
APPS_PATH = "/admin/apps"
WEBHOOKS_PATH = "/admin/webhooks"
TOKENS_PATH = "/admin/api-tokens"
USERS_PATH = "/admin/users"
WORKFLOW_PATH = "/admin/conversation-workflow"
ACCOUNT_PATH = "/account"

GladlyVisit = Visit[Organization, User]


class GladlySite(Site[Organization, User]):
    """The pages of Gladly's fake."""

    vendor: ClassVar[str] = "Gladly"
    sign_in_path: ClassVar[str] = "/login"
    package: ClassVar[str] = "fakes.gladly.pages"

    def __init__(self) -> None:
        """Read templates and assets; see ``Site``."""
        super().__init__()
        self.templates.filters |= {"stamp": stamp, "local": local}

    def tenants_at(self, request: falcon.Request) -> list[Organization]:
        """Return whose users can sign in here: the organization's whose host is asked, on any other host everybody's."""
        host = subdomain_of(request)
        return [one for one in fake_of(request).tenants if host in {None, one.subdomain}]

    def tenant_of(self, request: falcon.Request) -> Organization | None:
        """Return the organization in which the browser is signed in, or None; None too on another one's host."""
        tenant = super().tenant_of(request)
        return tenant if tenant is not None and subdomain_of(request) in {None, tenant.subdomain} else None

    def find_user(self, tenant: Organization, email: str) -> User | None:
        """Return the organization's active user with this address, or None."""
        user = tenant.users.by_email(email)
        return user if user is not None and user.is_active else None

    def log_in(self, tenant: Organization, email: str, password: str) -> User | None:
        """Return the organization's user whom address and password belong to, or None."""
        return tenant.users.log_in(email, password)

    def people(self, tenant: Organization) -> list[Guest]:
        """Return the organization's active users by their roles."""
        return [Guest(user.email, " + ".join(roles(user))) for user in tenant.users if user.is_active]

    def home(self, user: User) -> str:
        """Return where a user begins: the workspace, or the part of Settings that their role has."""
        if user.is_agent():
            return CUSTOMERS_PATH
        return WEBHOOKS_PATH if user.has(Role.API_USER) else ACCOUNT_PATH

    def frame(self, visit: GladlyVisit) -> dict[str, Any]:
        """Return what the frame shows: who is here, and which parts of the menu their roles have."""
        return {"visit": visit, "settings": settings_of(visit.user), "user_roles": roles(visit.user)}


def roles(user: User) -> list[str]:
    """Return the user's roles in Gladly's order."""
    return [role.value for role in Role if user.has(role)]


def settings_of(user: User) -> list[tuple[str, str]]:
    """Return address and name of each page in the user's Settings menu; agents have none (vendor help)."""
    admin = [
        (APPS_PATH, "Apps"),
        (USERS_PATH, "Users"),
        (WORKFLOW_PATH, "Conversation Workflow"),
    ]
    api = [(WEBHOOKS_PATH, "Webhooks"), (TOKENS_PATH, "API Tokens")]
    return [
        *(admin if user.has(Role.ADMINISTRATOR) else []),
        *(api if user.has(Role.API_USER) else []),
    ]


def local(moment: datetime, timezone: str) -> str:
    """Return a moment as people of the time zone, an IANA name, read it: ``Mar 2, 2026, 9:22 AM``."""
    here = moment.astimezone(ZoneInfo(timezone))
    return f"{here:%b} {here.day}, {here.year}, {here:%I:%M %p}".replace(", 0", ", ", 1)
