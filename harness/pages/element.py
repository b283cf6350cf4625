"""Page objects and the parts of their pages, each with a name, so that one that is gone can be reported by it.

What a part is called in Python stands here; what it is called on the page stands in ``harness/pages/screens``.
"""

import functools
import re
from collections.abc import Callable
from typing import Any, Protocol, Self, overload
from urllib.parse import urlsplit

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from harness.errors import BadScreens, PageFailed, PartMissing
from harness.pages.locate import Area, locate
from harness.pages.screens.current import screen
from harness.pages.screens.entries import Screen, filled, pattern_of
from harness.pages.tab import Tab
from harness.redaction import redact

_TYPED = re.compile(r'\b(fill|type|press|pressSequentially|selectOption)\(".*"\)')
"""What Playwright's errors say that was typed, quotation marks in it and all."""


class PageObject:
    """A page of one system, in a tab. A task of it that gets no further says which of the page's parts are missing."""

    system: str
    """Whose page it is: ``klaviyo`` or ``gladly``."""

    about_people = False
    """Whether customers' names, or what they write, stand on the page: of its texts none is kept but the files' own."""

    def __init_subclass__(cls, *, system: str = "", about_people: bool = False) -> None:
        """Be of ``system``; without one, each page object says at its making of which it is."""
        super().__init_subclass__()
        cls.about_people = about_people
        if system:
            cls.system = system
        for name, task in list(vars(cls).items()):
            if callable(task) and not name.startswith("_"):
                setattr(cls, name, _naming_what_is_missing(task))

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    def _address(self, **values: str) -> str:
        """Return the page's address, with ``values`` for what it leaves open."""
        return filled(screen_of(self).address, values)

    def _read_address(self, name: str) -> str:
        """Wait until the browser is at an address of the page, and return what stands there for ``name``."""
        pattern = pattern_of(screen_of(self).address)
        self.page.wait_for_url(lambda url: pattern.fullmatch(urlsplit(url).path) is not None)
        match = pattern.fullmatch(urlsplit(self.page.url).path)
        if match is None:
            raise PageFailed(f"{self.page.url} is no address of a {type(self).__name__}")
        return match[name]


class Declared:
    """A part of a page as a page object declares it: what it is, and what has to be said to find it.

    ``always`` is whether it stands on the page in every state; only such parts can be missed by a check. ``leaves_open``
    are the names of what is filled in when it is looked for.
    """

    def __init__(self, says: str, *, always: bool = False, leaves_open: tuple[str, ...] = ()) -> None:
        """Be what ``says`` tells."""
        self.says, self.always, self.leaves_open = says, always, leaves_open
        self.__doc__ = says

    def __set_name__(self, owner: type[PageObject], name: str) -> None:
        """Be called by the page object's class and this name."""
        self.part, self.name = name, f"{owner.__name__}.{name}"


class Element(Declared):
    """A part of a page: read from a page object it is a locator that says its own name in every error."""

    @overload
    def __get__(self, page: None, owner: type[PageObject]) -> Self: ...
    @overload
    def __get__(self, page: PageObject, owner: type[PageObject]) -> Locator: ...
    def __get__(self, page: PageObject | None, owner: type[PageObject]) -> Self | Locator:
        """Return the locator on ``page``, named."""
        return self if page is None else _on(page, self.part).describe(self.name)


class Finder(Protocol):
    """Finds a part whose entry leaves something open."""

    def __call__(self, inside: Locator | None = None, /, **values: object) -> Locator:
        """Return the part with ``values`` filled in, on the whole page or ``inside`` of something."""
        ...


class Varying(Declared):
    """A part of which there is one for each of something, such as a row's button: read, it is what finds one of them."""

    @overload
    def __get__(self, page: None, owner: type[PageObject]) -> Self: ...
    @overload
    def __get__(self, page: PageObject, owner: type[PageObject]) -> Finder: ...
    def __get__(self, page: PageObject | None, owner: type[PageObject]) -> Self | Finder:
        """Return what finds one of them on ``page``."""
        if page is None:
            return self

        def find(inside: Locator | None = None, /, **values: object) -> Locator:
            which = ", ".join(repr(one) for one in values.values())
            return _on(page, self.part, inside, **values).describe(f"{self.name}({which})")

        return find


def element(says: str) -> Element:
    """Declare a part that the page always has."""
    return Element(says, always=True)


def sometimes(says: str) -> Element:
    """Declare a part that the page has only in some states: an error, a row, a dialog."""
    return Element(says, always=False)


def varying(says: str, *leaves_open: str) -> Varying:
    """Declare a part of which there is one for each of something; ``leaves_open`` names what tells them apart."""
    return Varying(says, leaves_open=leaves_open)


def elements_of(page_object: type[Any]) -> dict[str, Declared]:
    """Return the declared parts of a page object's class by name, in their order."""
    return {name: one for name, one in vars(page_object).items() if isinstance(one, Declared)}


def screen_of(page: PageObject) -> Screen:
    """Return what the files say of the page of a page object."""
    return screen(page.system, type(page).__name__)


def _on(page: PageObject, name: str, inside: Locator | None = None, /, **values: object) -> Locator:
    there = screen_of(page)
    if name not in there.parts:
        raise BadScreens(f"{page.system}.toml: [{page.system}.{type(page).__name__}.{name}] is missing")
    area: Area = page.page if inside is None else inside
    return locate(area, there.parts[name], there.parts, values)


def _naming_what_is_missing(task: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(task)
    def named(self: Any, *args: Any, **options: Any) -> Any:
        try:
            return task(self, *args, **options)
        except PlaywrightTimeout as error:
            missing = missing_from(self)
            said = (
                f"not there: {', '.join(missing)}" if missing else "every part that should always be there is"
            )
            what = f"{type(self).__name__}.{task.__name__} at {self.page.url}"
            # Not chained: Playwright's own text quotes what was typed, and a traceback would print it.
            raise PartMissing(
                f"{what} got no further; {said}\n{_without_what_was_typed(str(error))}"
            ) from None

    return named


def _without_what_was_typed(text: str) -> str:
    return redact(_TYPED.sub(r'\1("…")', text))


def missing_from(one: Any) -> list[str]:
    """Return the names of the parts that a page object's page should have in every state and has not."""
    parts = elements_of(type(one))
    return [part.name for name, part in parts.items() if part.always and not getattr(one, name).count()]
