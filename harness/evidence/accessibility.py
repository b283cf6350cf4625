"""Accessibility, by axe: no page of the fakes may break a rule, in any state that a scenario reaches."""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from harness.errors import AxeMissing

_RUN = "() => axe.run(document, {resultTypes: ['violations']})"
_MAKE = """() => [...document.querySelectorAll('*')].map((one) => [
    one.tagName, one.className, one.type, one.disabled, one.open, one.checked,
    ...['role', 'aria-checked', 'aria-current', 'aria-invalid'].map((name) => one.getAttribute(name)),
].join(' '))"""
_MANY = 3


@dataclass
class Accessibility:
    """Runs axe on each page state once."""

    _done: set[str] = field(default_factory=set)

    def check(self, page: Page) -> list[str]:
        """Return which rules ``page`` breaks and by what; nothing for a state that was checked before."""
        if (state := _state_of(page)) in self._done:
            return []
        page.evaluate(_axe())
        result: dict[str, Any] = page.evaluate(_RUN)
        self._done.add(state)
        return [f"{address_of(page.url)}: {_described(one)}" for one in result["violations"]]


@cache
def _axe() -> str:
    try:
        return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    except ModuleNotFoundError:
        raise AxeMissing("--axe needs axe: install the development dependencies (make setup)") from None


def _state_of(page: Page) -> str:
    """Return a digest of how the page is made: its tags and their states, without texts and ids, repeated rows once."""
    tags: list[str] = page.evaluate(_MAKE)
    return hashlib.sha256("\n".join([address_of(page.url), *dict.fromkeys(tags)]).encode()).hexdigest()


def address_of(url: str) -> str:
    """Return the path of ``url`` with ids taken out, so that two tenants' pages are one."""
    path = re.sub(r"^https?://[^/]+", "", url).partition("?")[0]
    return "/".join("…" if re.search(r"\d|[A-Z]|_", part) else part for part in path.split("/"))


def _described(violation: dict[str, Any]) -> str:
    places = [", ".join(map(str, node["target"])) for node in violation["nodes"]]
    more = f" and {len(places) - _MANY} more" if len(places) > _MANY else ""
    return f"{violation['id']} ({violation['help']}) at {'; '.join(places[:_MANY])}{more}"
