"""What a route works with: the fake that was asked, the request's organization, and the user who calls."""

from contextlib import AbstractContextManager
from typing import cast

import falcon

from fakes.core.service import FAKE
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import User
from fakes.gladly.service.fake import GladlyFake
from fakes.gladly.service.requests import GladlyState


def fake_of(request: falcon.Request) -> GladlyFake:
    """Return the fake that the request was sent to."""
    fake: GladlyFake = request.env[FAKE]
    return fake


def state_of(request: falcon.Request) -> GladlyState:
    """Return what is known of the request."""
    return cast(GladlyState, request.context)


def organization_of(request: falcon.Request) -> Organization:
    """Return the organization whose request it is; only where ``Authentication`` has let the request pass."""
    return cast(Organization, state_of(request).tenant)


def user_of(request: falcon.Request) -> User:
    """Return the user whose API token the request came with; only where ``Authentication`` has let it pass."""
    return cast(User, state_of(request).user)


def acting(request: falcon.Request) -> AbstractContextManager[Organization]:
    """Hold the request's organization while something is done, then send the events that it raised."""
    return fake_of(request).acting(organization_of(request))
