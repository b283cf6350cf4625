"""The cookies of a scenario's browsers: secrets of a world, as passwords are."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as PlaywrightError

SHORTEST = 16
"""A cookie that signs somebody in is longer; shorter ones say which language is wanted, and stand in any text."""


@dataclass
class Cookies:
    """The cookies of all browser contexts of a scenario by which somebody is signed in: no script of a page may read them."""

    _contexts: list[BrowserContext] = field(default_factory=list)
    _values: set[str] = field(default_factory=set, repr=False)

    def watch(self, context: BrowserContext) -> None:
        """Take the cookies of ``context`` in, whenever they are asked for."""
        self._contexts.append(context)

    def watched(self, watch: Callable[[BrowserContext], None]) -> Callable[[BrowserContext], None]:
        """Return what watches a context as ``watch`` does, and for its cookies."""

        def both(context: BrowserContext) -> None:
            self.watch(context)
            watch(context)

        return both

    def values(self) -> list[str]:
        """Return the value of every such cookie that was seen; of a context that is closed, those that were seen before."""
        for context in self._contexts:
            with contextlib.suppress(PlaywrightError):
                self._values.update(
                    cookie["value"]
                    for cookie in context.cookies()
                    if cookie["httpOnly"] and len(cookie["value"]) >= SHORTEST
                )
        return sorted(self._values)
