"""Browsers of the pages, signed in by the sign-in page, on a host that is not Gladly's, as behind a socket."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.gladly.app import application
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role, User
from fakes.gladly.service.fake import GladlyFake
from tests.klaviyo.pages.browsing import Browser

HOST = "http://gladly.test"
As = Callable[[Role], Browser]


def user_of(organization: Organization, role: Role) -> User:
    """Return the first user with the role, and with no other if there is such a one."""
    held = [user for user in organization.users if user.has(role)]
    return next((user for user in held if user.roles == {role}), held[0])


@pytest.fixture
def stranger(fake: GladlyFake) -> Iterator[Browser]:
    """A browser in which nobody is signed in."""
    with httpx.Client(transport=InProcess(application(fake)), base_url=HOST) as client:
        yield Browser(client)


@pytest.fixture
def as_role(fake: GladlyFake, organization: Organization) -> Iterator[As]:
    """Opens browsers, each with a user of some role signed in."""
    opened: list[httpx.Client] = []

    def open_as(role: Role) -> Browser:
        opened.append(httpx.Client(transport=InProcess(application(fake)), base_url=HOST))
        browser = Browser(opened[-1])
        browser.sign_in(user_of(organization, role))
        return browser

    yield open_as
    for client in opened:
        client.close()


@pytest.fixture
def admin(as_role: As) -> Browser:
    """A browser in which the organization's Administrator is signed in."""
    return as_role(Role.ADMINISTRATOR)


@pytest.fixture
def agent(as_role: As) -> Browser:
    """A browser in which the organization's Agent is signed in."""
    return as_role(Role.AGENT)


@pytest.fixture
def api_user(as_role: As) -> Browser:
    """A browser in which the organization's API user is signed in, who is an agent too."""
    return as_role(Role.API_USER)


def actions(organization: Organization) -> list[str]:
    """Return what users did, as the journal has it."""
    return [entry.what for entry in organization.journal.entries("action")]
