"""Browsers of the pages, signed in by the sign-in page."""

from collections.abc import Iterator

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.users import Role
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.pages.browsing import Browser, user_of
from tests.klaviyo.support import HOST


@pytest.fixture(name="stranger")
def _stranger(fake: KlaviyoFake) -> Iterator[Browser]:
    """A browser in which nobody is signed in."""
    with httpx.Client(transport=InProcess(application(fake)), base_url=HOST) as client:
        yield Browser(client)


@pytest.fixture(name="browser")
def _browser(stranger: Browser, account: Account) -> Browser:
    """A browser in which the account's owner is signed in."""
    stranger.sign_in(user_of(account, Role.OWNER))
    return stranger
