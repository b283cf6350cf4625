"""Every page that a link leads to: no rule of accessibility broken, nothing wider than a phone, no script in trouble."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from harness.chromium.session import BrowserSession
from harness.evidence.accessibility import Accessibility, address_of
from harness.pages.rehearsal import furnished_fakes
from harness.pages.screens.current import screen
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab

PHONE = {"width": 390, "height": 844}
LEAST_PAGES = {"KLAVIYO": 15, "GLADLY_ADMIN": 9, "GLADLY_AGENT": 5, "GLADLY_API": 4}
"""How many different pages each person comes to at least: a crawl that is cut short proves nothing."""

_LINKS = """() => [...document.querySelectorAll("a[href]")].map((one) => one.href)
    .filter((href) => href.startsWith(location.origin)).map((href) => href.split("#")[0])"""
_WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def crawl(page: Page) -> Iterator[str]:
    """Go to every page that links lead to from where ``page`` is, one of each kind, and yield where it is."""
    waiting, met = [page.url], set[str]()
    while waiting:
        url = waiting.pop(0)
        if (kind := address_of(url) + "".join(url.partition("tab=")[1:])) in met:
            continue
        met.add(kind)
        page.goto(url)
        yield url
        waiting += page.evaluate(_LINKS)


def flaws(page: Page, axe: Accessibility) -> list[str]:
    """Return what is wrong with the page that is shown: by axe on a wide screen, by its width on a phone."""
    found = axe.check(page)
    size = page.viewport_size
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dictionary is one
    if page.evaluate(_WIDER):
        found.append(f"{page.url} is wider than a phone")
    page.set_viewport_size(size)  # type: ignore[arg-type]  # what it was
    return found


@pytest.mark.parametrize("who", LEAST_PAGES)
def test_every_page_that_a_link_leads_to(session: BrowserSession, who: str) -> None:
    """Whoever follows every link meets no flaw and no error, on enough pages."""
    with furnished_fakes() as logins:
        login = logins[who]
        context = session.open_context(login.url)
        page, errors = context.new_page(), []
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        axe, found = Accessibility(), dict[str, list[str]]()
        door = SignIn(Tab(page), who.partition("_")[0].lower())
        way_in = screen(door.system, "SignIn").address
        for outside in ("/", way_in, f"{way_in}?next=/nowhere"):
            page.goto(outside)
            found[outside] = flaws(page, axe)
        door.sign_in(login.email, login.password)
        page.wait_for_load_state()
        found |= {where: flaws(page, axe) for where in crawl(page)}
        context.close()
    assert [flaw for one in found.values() for flaw in one] + errors == []
    assert len(found) >= LEAST_PAGES[who], list(found)
