"""Shops with pages, and browsers to visit them with."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.request import WsgiApplication
from fakes.core.tenants import Runtime
from tests.core.pages.toy_site import ADA, CONTROL_TOKEN, Shop, ShopFake, application

START = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
_TOKEN = re.compile(r'name="form_token" value="(\w+)"')


class Browser(httpx.Client):
    """Keeps cookies and sends forms as a browser does, with the token of the page that it saw last; follows no redirect."""

    def __init__(self, app: WsgiApplication) -> None:
        """Visit ``app``."""
        headers = {"Accept": "text/html,*/*;q=0.8"}
        super().__init__(transport=InProcess(app), base_url="http://toy", headers=headers)
        self.token = ""

    def see(self, path: str) -> httpx.Response:
        """Open a page and keep its token."""
        answer = self.get(path)
        self.token = found[1] if (found := _TOKEN.search(answer.text)) else self.token
        return answer

    def submit(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form."""
        return self.post(path, data={"form_token": self.token} | fields)

    def sign_in(self, shop: Shop, email: str = ADA) -> httpx.Response:
        """Sign in with address and password."""
        self.see("/login")
        answer = self.submit("/login", email=email, password=shop.clerks[email].password)
        self.see("/counter")
        return answer

    def enter_the_room(self, token: str = CONTROL_TOKEN) -> httpx.Response:
        """Give the control token."""
        self.see("/_fake/")
        answer = self.submit("/_fake/", control_token=token)
        self.see("/_fake/")
        return answer


@pytest.fixture
def fake() -> Iterator[ShopFake]:
    """A fake of shops, on a clock that stands still."""
    runtime = Runtime.in_process(START)
    yield ShopFake(runtime)
    runtime.close()


@pytest.fixture
def shop(fake: ShopFake) -> Shop:
    """A shop."""
    return fake.create()


@pytest.fixture
def new_browser(fake: ShopFake) -> Iterator[Callable[[], Browser]]:
    """Makes browsers without a cookie."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Browser(application(fake)))


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    """A browser without a cookie."""
    return new_browser()


@pytest.fixture
def clerk(browser: Browser, shop: Shop) -> Browser:
    """A browser in which a clerk of the shop is signed in."""
    browser.sign_in(shop)
    return browser


@pytest.fixture
def insider(new_browser: Callable[[], Browser]) -> Browser:
    """A browser in the control room."""
    browser = new_browser()
    browser.enter_the_room()
    return browser
