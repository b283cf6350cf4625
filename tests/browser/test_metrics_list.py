"""Kim at the list of metrics: what she left there is found again, whoever has used her tab meanwhile."""

from collections.abc import Callable, Iterator

import pytest

from harness.actors.browser.metrics import PageMetricsList
from harness.chromium.session import BrowserSession
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.rehearsal import furnished_fakes
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab

SEARCH, FOUND = "closed", ["closed conversation in Gladly"]
ALL = [*FOUND, "started conversation in Gladly"]
FORGETFUL = """
addEventListener("DOMContentLoaded", () => {
    if (location.search) history.replaceState(null, "", location.pathname);
});
"""
"""A page whose address never tells what was searched for."""


class Kim:
    """Somebody with one tab."""

    role = "Owner"
    picture: Callable[[str], None] = staticmethod(lambda _text: None)

    def __init__(self, tab: Tab) -> None:
        """Sit at ``tab``."""
        self._tab = tab

    def take(self, role: str) -> None:
        """Stay who they are."""

    def tab(self, role: str | None = None) -> Tab:
        """Return the tab."""
        del role
        return self._tab

    second_tab = tab


@pytest.fixture(name="tab")
def _tab(session: BrowserSession) -> Iterator[Tab]:
    """Yield Kim's tab, signed in at a Klaviyo that has two metrics."""
    with furnished_fakes() as logins:
        login = logins["KLAVIYO"]
        context = session.open_context(login.url)
        tab = Tab(context.new_page())
        SignIn(tab, "klaviyo").sign_in(login.email, login.password)
        yield tab
        context.close()


def addresses(tab: Tab) -> list[str]:
    """Return a list that grows by each address that the tab comes to from now on."""
    seen: list[str] = []
    tab.page.on("framenavigated", lambda frame: seen.append(frame.url))
    return seen


def test_the_first_look_is_at_the_page_as_it_is(tab: Tab) -> None:
    """What was searched for is read where it stands; a second look goes there again."""
    metrics = PageMetricsList(Kim(tab))
    metrics.search_for(SEARCH)
    visited = addresses(tab)
    assert metrics.shown() == FOUND
    assert visited == []
    assert metrics.shown() == FOUND
    assert len(visited) == 1


def test_the_list_is_found_again_from_elsewhere(tab: Tab) -> None:
    """After somebody has used the tab for something else, the search is there as it was left, and can be cleared."""
    metrics = PageMetricsList(Kim(tab))
    metrics.search_for(SEARCH)
    tab.visit("/profiles")
    assert metrics.shown() == FOUND
    tab.visit("/profiles")
    metrics.clear()
    assert Metrics(tab).searched_for() == ""
    assert sorted(metrics.shown()) == ALL


def test_an_address_that_tells_of_no_search(tab: Tab) -> None:
    """Where the address does not carry the search, it is searched again; a look at all metrics searches for nothing."""
    tab.page.add_init_script(FORGETFUL)
    metrics = PageMetricsList(Kim(tab))
    metrics.search_for(SEARCH)
    assert "?" not in tab.page.url
    tab.visit("/profiles")
    assert metrics.shown() == FOUND
    metrics.clear()
    tab.visit("/profiles")
    visited = addresses(tab)
    assert sorted(metrics.shown()) == ALL
    assert len(visited) == 1


def test_rows_and_pages(tab: Tab) -> None:
    """As many rows as were chosen, and still those that were searched for."""
    metrics = PageMetricsList(Kim(tab))
    metrics.search_for(SEARCH)
    metrics.choose_rows(10)
    assert metrics.names_by_page() == [FOUND]
    assert "rows=10" in tab.page.url


def test_a_list_that_was_never_opened(tab: Tab) -> None:
    """There is nothing to go back to."""
    with pytest.raises(LookupError, match="has not been opened"):
        PageMetricsList(Kim(tab)).shown()
