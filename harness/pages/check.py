"""Whether every page object still fits its page: each declared part is looked for on a running system, fake or real.

It signs in, goes from page to page and changes nothing: no form is sent but the one that signs in. So the page that shows
a new key, which only making one leads to, is not looked at.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

from harness.errors import NothingThere, PageFailed, PartMissing, Refused
from harness.pages.element import elements_of
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.gladly.conversation import Conversation
from harness.pages.gladly.customers import Composer, Customer, Customers, NewCustomer
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.metric import Feed, Metric
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.klaviyo.new_key import NewPrivateKey
from harness.pages.klaviyo.profiles import Profile, Profiles
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab
from harness.values import Login

WAIT_MS = 5_000


@dataclass(frozen=True)
class Finding:
    """What became of one page object: the parts that are missing, or why its page was not reached."""

    page_object: str
    address: str
    parts: int = 0
    missing: tuple[str, ...] = ()
    not_reached: str = ""


class PageObject(Protocol):
    """Any page object: it works in a tab."""

    tab: Tab

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""


Way = tuple[type[PageObject], Callable[[Tab], object]]
"""A page object's class, and the way to its page from wherever the browser is."""


KLAVIYO: tuple[Way, ...] = (
    (ApiKeys, lambda tab: ApiKeys(tab).open()),
    (NewPrivateKey, lambda tab: NewPrivateKey(tab).open()),
    (Metrics, lambda tab: Metrics(tab).open()),
    (Metric, lambda tab: _first(tab, Metrics(tab).names, "metric")),
    (Feed, lambda tab: Metric(tab).show_feed()),
    (Profiles, lambda tab: Profiles(tab).open()),
    (Profile, lambda tab: _first(tab, Profiles(tab).addresses, "profile")),
)
GLADLY_ADMIN: tuple[Way, ...] = (
    (Apps, lambda tab: Apps(tab).open()),
    (EditKlaviyoApp, lambda tab: _first(tab, Apps(tab).edits, "app")),
)
GLADLY_AGENT: tuple[Way, ...] = (
    (NewCustomer, lambda tab: NewCustomer(tab).open()),
    (Customers, lambda tab: Customers(tab).open()),
    (Customer, lambda tab: _first(tab, Customers(tab).reachable, "customer")),
    (Composer, lambda tab: Customer(tab).compose()),
    (Conversation, lambda tab: _first(tab, Customers(tab).open().conversations, "conversation")),
)
"""The pages each of the three people sees, in an order in which each leads to the next."""


def check_klaviyo(tab: Tab, login: Login) -> Iterator[Finding]:
    """Yield a finding for each of Klaviyo's page objects, with ``login`` of somebody who may manage keys."""
    return _check("klaviyo", tab, login, KLAVIYO)


def check_gladly_admin(tab: Tab, login: Login) -> Iterator[Finding]:
    """Yield a finding for each page object of Gladly's settings, with ``login`` of an Administrator."""
    return _check("gladly", tab, login, GLADLY_ADMIN)


def check_gladly_agent(tab: Tab, login: Login) -> Iterator[Finding]:
    """Yield a finding for each page object of Gladly's workspace, with ``login`` of an agent."""
    return _check("gladly", tab, login, GLADLY_AGENT)


def _check(system: str, tab: Tab, login: Login, ways: Sequence[Way]) -> Iterator[Finding]:
    """Yield findings in the order of ``ways``; nothing more after a sign-in that is missing or lets nobody in."""
    found = _at(system, tab, SignIn, lambda tab: tab.page.goto(SignIn.path))
    if not found.not_reached:
        try:
            SignIn(tab).sign_in(login.email, login.password)
        except (Refused, PartMissing, PlaywrightError) as error:
            found = replace(found, not_reached=f"nobody is let in: {_first_line(error)}")
    yield found
    if found.not_reached or found.missing:
        return
    for page_object, way in ways:
        yield _at(system, tab, page_object, way)


def _at(system: str, tab: Tab, page_object: type[PageObject], way: Callable[[Tab], object]) -> Finding:
    name = f"{system}.{page_object.__name__}"
    try:
        way(tab)
        tab.page.wait_for_load_state()
    except (Refused, PageFailed, PartMissing, NothingThere, PlaywrightError) as error:
        return Finding(name, tab.page.url, not_reached=_first_line(error))
    there = page_object(tab)
    wanted = [part for part, one in elements_of(type(there)).items() if one.always]
    missing = [part for part in wanted if not _is_there(getattr(there, part))]
    return Finding(name, tab.page.url, len(wanted), tuple(f"{name}.{part}" for part in missing))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _is_there(part: Locator) -> bool:
    try:
        part.first.wait_for(state="attached", timeout=WAIT_MS)
    except PlaywrightError:
        return False
    return True


def _first(tab: Tab, links: Locator, what: str) -> Any:
    """Follow the first of ``links``; ``NothingThere`` when there is none."""
    try:
        links.first.wait_for(state="attached", timeout=WAIT_MS)
    except PlaywrightError:
        raise NothingThere(f"there is no {what} whose page could be looked at") from None
    links.first.focus()
    tab.follow(links.first)
