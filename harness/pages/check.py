"""Whether every page object still fits its page: each declared part is looked for on a running system, fake or real.

It signs in, unless whoever uses the tab has, goes from page to page and changes nothing: no form is sent but the one that
signs in. So the page that shows a new key, which only making one leads to, is not looked at.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

from harness.errors import NothingThere, PageFailed, PartMissing, Refused
from harness.pages.candidates import candidates
from harness.pages.element import PageObject, elements_of, screen_of
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.gladly.conversation import Conversation
from harness.pages.gladly.customers import Composer, Customer, Customers, NewCustomer
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.metric import Feed, Metric
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.klaviyo.new_key import NewPrivateKey
from harness.pages.klaviyo.profiles import Profile, Profiles
from harness.pages.klaviyo.views import ActivityMap, BestPeople, Chart, Cohorts
from harness.pages.private import keep, keep_picture, tree_of
from harness.pages.screens.entries import containers
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab
from harness.redaction import redact_people
from harness.values import Login

WAIT_MS = 5_000
WAIT_ONCE_ONE_IS_MISSING_MS = 300
"""The page has had its time by then."""

NOTHING: Mapping[type[PageObject], str] = MappingProxyType({})


@dataclass(frozen=True)
class Missing:
    """A part that is not on its page: its name, what it is, what was looked for, and what may have become of it.

    ``looked_for`` is in the words of the file of screens, ``candidates`` are tables to paste into a file for ``--screens``.
    ``inside`` names the part that it should be within, when that is missing itself.
    """

    name: str
    says: str
    looked_for: str
    inside: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What became of one page object: the parts that are missing, or why its page was not reached.

    ``left_out`` is why nobody looked. ``files`` are a picture and the accessibility tree of the page, when it is not as
    it should be and that was wanted.
    """

    page_object: str
    address: str
    parts: int = 0
    missing: tuple[Missing, ...] = ()
    not_reached: str = ""
    left_out: str = ""
    files: tuple[Path, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the page was reached and nothing is missing, as far as anybody looked."""
        return not (self.missing or self.not_reached)


Way = tuple[type[PageObject], Callable[[Tab], object]]
"""A page object's class, and the way to its page from wherever the browser is."""


KLAVIYO: tuple[Way, ...] = (
    (ApiKeys, lambda tab: ApiKeys(tab).open()),
    (NewPrivateKey, lambda tab: NewPrivateKey(tab).open()),
    (Metrics, lambda tab: Metrics(tab).open()),
    (Metric, lambda tab: _first(tab, Metrics(tab).names, "metric")),
    (Feed, lambda tab: Metric(tab).show_feed()),
    (Chart, lambda tab: Metric(tab).show("Chart")),
    (Cohorts, lambda tab: Metric(tab).show("Cohorts")),
    (BestPeople, lambda tab: Metric(tab).show("Best people")),
    (ActivityMap, lambda tab: Metric(tab).show("Activity map")),
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


def check_klaviyo(tab: Tab, login: Login | None = None, report: Path | None = None) -> Iterator[Finding]:
    """Yield a finding for each of Klaviyo's page objects, with ``login`` of somebody who may manage keys.

    Without a ``login`` somebody has signed in already. Pages that are not as they should be are shown in ``report``.
    """
    return _Walk("klaviyo", tab, report).check(login, KLAVIYO)


def check_gladly_admin(
    tab: Tab, login: Login | None = None, report: Path | None = None, *, app: str | None = None
) -> Iterator[Finding]:
    """Yield a finding for each page object of Gladly's settings, as an Administrator; else as ``check_klaviyo``.

    The form that is looked at is that of the app called ``app``; of the first without that name.
    """
    ways = GLADLY_ADMIN if app is None else tuple(_to_app(one, way, app) for one, way in GLADLY_ADMIN)
    return _Walk("gladly", tab, report).check(login, ways)


def check_gladly_agent(
    tab: Tab, login: Login | None = None, report: Path | None = None, *, composing: bool = True
) -> Iterator[Finding]:
    """Yield a finding for each page object of Gladly's workspace, as an agent; else as ``check_klaviyo``.

    Without ``composing`` no message is begun, which a real system might keep as a draft to a customer.
    """
    why = "opening it may leave a draft to a customer"
    left_out: Mapping[type[PageObject], str] = NOTHING if composing else {Composer: why}
    return _Walk("gladly", tab, report).check(login, GLADLY_AGENT, left_out)


def _to_app(page_object: type[PageObject], way: Callable[[Tab], object], app: str) -> Way:
    return page_object, (lambda tab: _open_app(tab, app)) if page_object is EditKlaviyoApp else way


def _open_app(tab: Tab, name: str) -> None:
    """Open the form of the app called ``name``; ``NothingThere`` when there is none."""
    apps = Apps(tab)
    if not _is_there(apps.toggle(name=name), WAIT_MS):
        raise NothingThere(f"there is no app called {name!r} whose form could be looked at")
    apps.edit(name)


@dataclass
class _Walk:
    """One person's way through a system's pages, in ``tab``."""

    system: str
    tab: Tab
    report: Path | None
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def check(
        self, login: Login | None, ways: Sequence[Way], left_out: Mapping[type[PageObject], str] = NOTHING
    ) -> Iterator[Finding]:
        """Yield findings in the order of ``ways``; nothing more once nobody is, or can be, signed in.

        What is ``left_out``, each with the reason, is not gone to.
        """
        if login is not None:
            self.secrets = (login.email, login.password)
            found = self._sign_in(login)
            yield found
            if not found.fits:
                return
        for page_object, way in ways:
            if why := left_out.get(page_object):
                yield Finding(f"{self.system}.{page_object.__name__}", "", left_out=why)
                continue
            found = self._look(page_object(self.tab), way)
            yield found
            if found.not_reached and SignIn(self.tab, self.system).is_shown():
                return

    def _sign_in(self, login: Login) -> Finding:
        page = SignIn(self.tab, self.system)
        found = self._look(page, lambda _tab: page.open())
        if found.not_reached:
            return found
        try:
            page.sign_in(login.email, login.password)
        except (Refused, PartMissing, PlaywrightError) as error:
            why = f"nobody is let in: {_first_line(error)}"
            return self._shown(page, replace(found, not_reached=why))
        return found

    def _look(self, there: PageObject, way: Callable[[Tab], object]) -> Finding:
        name = f"{self.system}.{type(there).__name__}"
        try:
            way(self.tab)
            self.tab.page.wait_for_load_state()
        except (Refused, PageFailed, PartMissing, NothingThere, PlaywrightError) as error:
            return self._shown(there, Finding(name, self.tab.page.url, not_reached=_first_line(error)))
        wanted = [part for part, one in elements_of(type(there)).items() if one.always]
        gone, wait = list[str](), WAIT_MS
        for part in wanted:
            if not _is_there(getattr(there, part), wait):
                gone.append(part)
                wait = WAIT_ONCE_ONE_IS_MISSING_MS
        missing = tuple(_missing(there, part, gone) for part in gone)
        return self._shown(there, Finding(name, self.tab.page.url, len(wanted), missing))

    def _shown(self, there: PageObject, found: Finding) -> Finding:
        """Return ``found`` with a picture and the tree of the page, if it is not as it should be."""
        if found.fits or self.report is None:
            return found
        self.report.mkdir(parents=True, exist_ok=True)
        picture, tree = (self.report / f"{found.page_object}.{kind}" for kind in ("png", "txt"))
        with contextlib.suppress(PlaywrightError):  # a page that is gone has no picture
            known = self._known_texts(there, found)
            keep_picture(self.tab.page, picture, known)
            address = redact_people(self.tab.page.url.partition("?")[0], self.secrets)
            keep(tree, f"# {address}\n{tree_of(self.tab.page, self.secrets, known)}".encode())
            return replace(found, files=(picture, tree))
        return found

    def _known_texts(self, there: PageObject, found: Finding) -> set[str] | None:
        """Return the only texts that may be kept of a page that customers may be named on; None when it is not one.

        Where another page than the one that was meant is shown, it may be any.
        """
        elsewhere = bool(found.not_reached) and not SignIn(self.tab, self.system).is_shown()
        return screen_of(there).texts if there.about_people or elsewhere else None


def _missing(there: PageObject, name: str, gone: Sequence[str]) -> Missing:
    parts, full = screen_of(there).parts, f"{there.system}.{type(there).__name__}"
    inside = next((one for one, _ in containers(parts[name], parts) if one in gone), "")
    found = () if inside else candidates(there.page, name, parts)
    return Missing(
        f"{full}.{name}",
        elements_of(type(there))[name].says,
        parts[name].as_words(),
        f"{full}.{inside}" if inside else "",
        tuple(one.as_table(f"{full}.{name}") for one in found),
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _is_there(part: Locator, wait: float) -> bool:
    try:
        part.first.wait_for(state="attached", timeout=wait)
    except PlaywrightError:
        return False
    return True


def _first(tab: Tab, links: Locator, what: str) -> Any:
    """Follow the first of ``links``; ``NothingThere`` when there is none."""
    if not _is_there(links, WAIT_MS):
        raise NothingThere(f"there is no {what} whose page could be looked at")
    links.first.focus()
    tab.follow(links.first)
