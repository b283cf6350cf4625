"""What the control resources share."""

from collections.abc import Iterator
from contextlib import contextmanager

import falcon

from fakes.core.control.plane import USER_HEADER
from fakes.core.errors import ControlError
from fakes.gladly.rules.errors import NotExistError, OutdatedError, RoleError, RuleError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import User
from fakes.gladly.service.context import fake_of


@contextmanager
def acting(request: falcon.Request, tenant_id: str) -> Iterator[Organization]:
    """Do something with an organization and send the events; a rule's no becomes a ``ControlError``."""
    fake = fake_of(request)
    with domain_errors(), fake.acting(fake.tenants.get(tenant_id)) as organization:
        yield organization


@contextmanager
def domain_errors() -> Iterator[None]:
    """Turn a rule's no into 403 (role), 404 (nothing of that name), 409 (outdated) or 400, with its text."""
    try:
        yield
    except RoleError as error:
        raise ControlError(str(error), 403) from None
    except NotExistError as error:
        raise ControlError(str(error), 404) from None
    except OutdatedError as error:
        raise ControlError(str(error), 409) from None
    except RuleError as error:
        raise ControlError(str(error)) from None


def acting_user(request: falcon.Request, organization: Organization) -> User | None:
    """Return the user named by ``X-Fake-User``, or None without that header; 403 for a user who is not there."""
    email = request.get_header(USER_HEADER)
    if email is None:
        return None
    if (user := organization.users.by_email(email)) is None:
        raise ControlError(f"{USER_HEADER}: the organization has no user {email!r}", 403)
    return user
