"""Whose pages these are: Klaviyo's users, their roles, and the frame around every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar

import falcon

from fakes.core.errors import PageError
from fakes.core.pages.site import Guest, Site, Visit
from fakes.klaviyo.pages import values
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.errors import UnknownUser
from fakes.klaviyo.rules.users import User

KEYS_PATH = "/settings/account/api-keys"
NEW_KEY_PATH = "/create-private-api-key"
METRICS_PATH = "/analytics/metrics"

KlaviyoVisit = Visit[Account, User]


class KlaviyoSite(Site[Account, User]):
    """The pages of Klaviyo's fake."""

    vendor: ClassVar[str] = "Klaviyo"
    sign_in_path: ClassVar[str] = "/login"
    package: ClassVar[str] = "fakes.klaviyo.pages"

    def __init__(self) -> None:
        """Read templates and assets; see ``Site``."""
        super().__init__()
        self.templates.globals |= {
            "called": values.called,
            "full_name": values.full_name,
            "metric_path": values.metric_path,
            "profile_path": values.profile_path,
        }

    def find_user(self, tenant: Account, email: str) -> User | None:
        """Return the account's user with this address, or None."""
        try:
            return tenant.users.get(email)
        except UnknownUser:
            return None

    def log_in(self, tenant: Account, email: str, password: str) -> User | None:
        """Return the account's user whom address and password belong to, or None."""
        return tenant.users.log_in(email, password)

    def people(self, tenant: Account) -> list[Guest]:
        """Return the account's users by their roles."""
        return [Guest(user.email, user.role.value) for user in tenant.users]

    def home(self, user: User) -> str:
        """Return where a user begins: the metrics, or the settings for who may not see them."""
        return METRICS_PATH if user.role.sees_analytics else "/settings/account"

    def frame(self, visit: KlaviyoVisit) -> dict[str, Any]:
        """Return what the frame shows: which parts of the navigation this role has."""
        return {"visit": visit, "manages_keys": visit.tenant.may_manage_keys(visit.user.role)}


def require_analytics(visit: KlaviyoVisit) -> None:
    """Raise ``PageError`` unless the user's role sees analytics (vendor help: a Content Creator does not)."""
    if not visit.user.role.sees_analytics:
        raise PageError(HTTPStatus.FORBIDDEN, f"The role {visit.user.role} has no access to analytics.")


@contextmanager
def analytics(site: KlaviyoSite, request: falcon.Request) -> Iterator[KlaviyoVisit]:
    """Enter ``site`` where a role must see analytics, and hold the account; a role that does not is turned away."""
    visit = site.enter(request)
    require_analytics(visit)
    with visit.tenant.lock:
        yield visit
