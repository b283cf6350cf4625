"""The parts of a page, each with a name, so that one that is gone can be reported by it."""

import functools
import re
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from harness.errors import PartMissing
from harness.redaction import redact

_TYPED = re.compile(r'\b(fill|type|press|pressSequentially|selectOption)\(".*"\)')
"""What Playwright's errors say that was typed, quotation marks in it and all."""

O = TypeVar("O")  # noqa: E741 - the page object


class Element(Generic[O]):
    """A part of a page: read from a page object it is a locator that says its own name in every error.

    ``always`` is whether it stands on the page in every state; only such parts can be missed by a check.
    """

    def __init__(self, find: Callable[[O], Locator], *, always: bool) -> None:
        """Find the part by ``find``, a method of the page object."""
        self._find = find
        self.always = always
        self.__doc__ = find.__doc__

    def __set_name__(self, owner: type[O], name: str) -> None:
        """Be called by the page object's class and this name."""
        self.name = f"{owner.__name__}.{name}"

    @overload
    def __get__(self, page: None, owner: type[O]) -> Self: ...
    @overload
    def __get__(self, page: O, owner: type[O]) -> Locator: ...
    def __get__(self, page: O | None, owner: type[O]) -> Self | Locator:
        """Return the locator on ``page``, named."""
        return self if page is None else self._find(page).describe(self.name)


def element(find: Callable[[O], Locator]) -> Element[O]:
    """Declare a part that the page always has."""
    return Element(find, always=True)


def sometimes(find: Callable[[O], Locator]) -> Element[O]:
    """Declare a part that the page has only in some states: an error, a row, a dialog."""
    return Element(find, always=False)


def elements_of(page_object: type[Any]) -> dict[str, Element[Any]]:
    """Return the declared parts of a page object's class by name, in their order."""
    return {name: one for name, one in vars(page_object).items() if isinstance(one, Element)}


C = TypeVar("C", bound=type[Any])


def page_object(cls: C) -> C:
    """Let every task of a page object that gets no further say which of the page's parts are missing."""
    for name, task in list(vars(cls).items()):
        if callable(task) and not name.startswith("_"):
            setattr(cls, name, _naming_what_is_missing(task))
    return cls


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
