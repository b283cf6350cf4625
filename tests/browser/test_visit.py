"""Being somewhere else than one meant to is a failure, never an empty list."""

import pytest

from harness.chromium.session import BrowserSession
from harness.errors import PageFailed, PartMissing, Refused
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.metrics import Metrics
from harness.pages.rehearsal import furnished_fakes
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab


def test_nobody_reads_a_page_that_sent_them_elsewhere(session: BrowserSession) -> None:
    """Signed out, a page leads to signing in: that is said, and no list is read from it."""
    with furnished_fakes() as logins:
        context = session.open_context(logins["KLAVIYO"].url)
        page = context.new_page()
        for one in (ApiKeys(Tab(page)), Metrics(Tab(page))):
            with pytest.raises(PageFailed, match=r"led to .*/login"):
                one.open()
        context.close()


def test_wrong_credentials_are_a_refusal(session: BrowserSession) -> None:
    """Signing in in vain says what the page says."""
    with furnished_fakes() as logins:
        context = session.open_context(logins["GLADLY_AGENT"].url)
        with pytest.raises(Refused, match="incorrect"):
            SignIn(Tab(context.new_page()), "gladly").sign_in(logins["GLADLY_AGENT"].email, "wrong")
        context.close()


def test_a_list_that_is_not_there_is_no_empty_list(session: BrowserSession) -> None:
    """A page without rows and without a word that there are none cannot be read."""
    context = session.open_context("http://127.0.0.1:9")
    context.set_default_timeout(300)
    page = context.new_page()
    page.set_content("<main><p>Something else entirely</p></main>")
    with pytest.raises(PartMissing, match=r"ApiKeys\.listed"):
        ApiKeys(Tab(page)).listed()
    context.close()
