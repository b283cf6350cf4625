"""Whether every page object still fits its page: each declared part is looked for on a running system, fake or real.

It signs in, goes from page to page and changes nothing: no form is sent but the one that signs in. So the page that shows
a new key, which only making one leads to, is not looked at.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page

from harness.actors.ports import Refused
from harness.pages.element import PartMissing, elements_of
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.gladly.conversation import Conversation
from harness.pages.gladly.customers import Composer, Customer, Customers, NewCustomer
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.metric import Feed, Metric
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.klaviyo.new_key import NewPrivateKey
from harness.pages.klaviyo.profiles import Profile, Profiles
from harness.pages.sign_in import SignIn
from harness.pages.visit import PageFailed, follow

WAIT_MS = 5_000


@dataclass(frozen=True)
class Login:
    """Somebody who can sign in at ``url``."""

    url: str
    email: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Finding:
    """What became of one page object: the parts that are missing, or why its page was not reached."""

    page_object: str
    address: str
    parts: int = 0
    missing: tuple[str, ...] = ()
    not_reached: str = ""


class PageObject(Protocol):
    """Any page object: it works in a page."""

    page: Page

    def __init__(self, page: Page) -> None:
        """Work in ``page``."""


Way = tuple[type[PageObject], Callable[[Page], object]]
"""A page object's class, and the way to its page from wherever the browser is."""


class NothingThere(LookupError):
    """The system has nothing of the kind that the page would show."""


KLAVIYO: tuple[Way, ...] = (
    (ApiKeys, lambda page: ApiKeys(page).open()),
    (NewPrivateKey, lambda page: NewPrivateKey(page).open()),
    (Metrics, lambda page: Metrics(page).open()),
    (Metric, lambda page: _first(Metrics(page).names, "metric")),
    (Feed, lambda page: Metric(page).show_feed()),
    (Profiles, lambda page: Profiles(page).open()),
    (Profile, lambda page: _first(Profiles(page).addresses, "profile")),
)
GLADLY_ADMIN: tuple[Way, ...] = (
    (Apps, lambda page: Apps(page).open()),
    (EditKlaviyoApp, lambda page: _first(Apps(page).edits, "app")),
)
GLADLY_AGENT: tuple[Way, ...] = (
    (NewCustomer, lambda page: NewCustomer(page).open()),
    (Customers, lambda page: Customers(page).open()),
    (Customer, lambda page: _first(Customers(page).reachable, "customer")),
    (Composer, lambda page: Customer(page).compose()),
    (Conversation, lambda page: _first(Customers(page).open().conversations, "conversation")),
)
"""The pages each of the three people sees, in an order in which each leads to the next."""


def check_klaviyo(page: Page, login: Login) -> Iterator[Finding]:
    """Yield a finding for each of Klaviyo's page objects, with ``login`` of somebody who may manage keys."""
    return _check("klaviyo", page, login, KLAVIYO)


def check_gladly_admin(page: Page, login: Login) -> Iterator[Finding]:
    """Yield a finding for each page object of Gladly's settings, with ``login`` of an Administrator."""
    return _check("gladly", page, login, GLADLY_ADMIN)


def check_gladly_agent(page: Page, login: Login) -> Iterator[Finding]:
    """Yield a finding for each page object of Gladly's desk, with ``login`` of an agent."""
    return _check("gladly", page, login, GLADLY_AGENT)


def _check(system: str, page: Page, login: Login, ways: Sequence[Way]) -> Iterator[Finding]:
    """Yield findings in the order of ``ways``; nothing more after a sign-in that is missing or lets nobody in."""
    found = _at(system, page, SignIn, lambda page: page.goto(SignIn.path))
    if not found.not_reached:
        try:
            SignIn(page).sign_in(login.email, login.password)
        except (Refused, PartMissing, PlaywrightError) as error:
            found = replace(found, not_reached=f"nobody is let in: {_first_line(error)}")
    yield found
    if found.not_reached or found.missing:
        return
    for page_object, way in ways:
        yield _at(system, page, page_object, way)


def _at(system: str, page: Page, page_object: type[PageObject], way: Callable[[Page], object]) -> Finding:
    name = f"{system}.{page_object.__name__}"
    try:
        way(page)
        page.wait_for_load_state()
    except (Refused, PageFailed, PartMissing, NothingThere, PlaywrightError) as error:
        return Finding(name, page.url, not_reached=_first_line(error))
    there = page_object(page)
    wanted = [part for part, one in elements_of(type(there)).items() if one.always]
    missing = [part for part in wanted if not _is_there(getattr(there, part))]
    return Finding(name, page.url, len(wanted), tuple(f"{name}.{part}" for part in missing))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _is_there(part: Locator) -> bool:
    try:
        part.first.wait_for(state="attached", timeout=WAIT_MS)
    except PlaywrightError:
        return False
    return True


def _first(links: Locator, what: str) -> Any:
    """Follow the first of ``links``; ``NothingThere`` when there is none."""
    try:
        links.first.wait_for(state="attached", timeout=WAIT_MS)
    except PlaywrightError:
        raise NothingThere(f"there is no {what} whose page could be looked at") from None
    links.first.focus()
    follow(links.first)
