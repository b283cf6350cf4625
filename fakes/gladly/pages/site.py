"""Whose pages these are: Gladly's users, as they sign in."""

from typing import ClassVar

from fakes.core.pages.site import Guest, Site, Visit
from fakes.gladly.rules.organization import Organization
from fakes.gladly.rules.users import User

GladlyVisit = Visit[Organization, User]


class GladlySite(Site[Organization, User]):
    """The pages of Gladly's fake."""

    cookie_name: ClassVar[str] = "gladly_session"
    sign_in_path: ClassVar[str] = "/login"
    package: ClassVar[str] = "fakes.gladly.pages"

    def find_user(self, tenant: Organization, email: str) -> User | None:
        """Return the organization's user with this address, or None."""
        return tenant.users.by_email(email)

    def log_in(self, tenant: Organization, email: str, password: str) -> User | None:
        """Return the organization's user whom address and password belong to, or None."""
        return tenant.users.log_in(email, password)

    def people(self, tenant: Organization) -> list[Guest]:
        """Return the organization's users by their names and roles."""
        return [Guest(user.email, f"{user.name}, {', '.join(sorted(user.roles))}") for user in tenant.users]

    def home(self, _user: User) -> str:
        """Return where a user begins: the front door, which says who is signed in."""
        return "/"
