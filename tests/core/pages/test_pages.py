"""What every page is sent with, what it makes of text, and what a browser is shown where there is no page."""

from collections.abc import Callable
from html import escape
from typing import Any

import pytest

from fakes.core.pages.site import HEADERS
from tests.core.pages.conftest import Browser
from tests.core.pages.toy_site import Shop, ShopFake

SCRIPT = "<script>alert('1')</script>\"'&{{ 7 * 7 }}"


def wrong_token(browser: Browser) -> Any:
    """Send a form without its token."""
    return browser.post("/counter")


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda browser: browser.get("/"), 200),
        (lambda browser: browser.get("/login"), 200),
        (lambda browser: browser.get("/counter"), 200),
        (lambda browser: browser.submit("/counter", note="n"), 303),
        (wrong_token, 403),
        (lambda browser: browser.submit("/login", email="nobody"), 422),
        (lambda browser: browser.submit("/", tenant="nowhere"), 404),
        (lambda browser: browser.get("/no-such-page"), 501),
        (lambda browser: browser.get("/_fake/"), 403),
        (lambda browser: browser.submit("/logout"), 303),
    ],
    ids=["start", "sign-in", "page", "sent on", "403", "422", "404", "501", "room", "signed out"],
)
def test_headers_of_every_page(clerk: Browser, ask: Callable[[Browser], Any], status: int) -> None:
    """A page, an error's page and a redirect alike: nothing from elsewhere, nothing inline, in no frame, kept nowhere."""
    answer = ask(clerk)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_no_page_has_inline_script_or_style(clerk: Browser, insider: Browser, shop: Shop) -> None:
    """Nothing stands in the pages that the policy would refuse."""
    room = [f"/_fake/room/tenants/{shop.id}{part}" for part in ("", "/journal", "/faults", "/switches")]
    texts = [clerk.get(path).text for path in ("/", "/login", "/counter")]
    texts += [insider.get(path).text for path in ("/_fake/", "/_fake/room/clock", *room)]
    assert [one for one in texts if "style=" in one or " onclick" in one or "<script>" in one] == []


def test_text_stays_text(fake: ShopFake, browser: Browser) -> None:
    """Script and template marks in a name and in what people typed are shown, never run."""
    shop = fake.create(SCRIPT)
    browser.sign_in(shop)
    browser.submit("/counter", note=SCRIPT)
    text = browser.get("/counter").text
    assert SCRIPT not in text
    assert text.count(str(escape(SCRIPT)).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")) == 3


@pytest.mark.parametrize("path", ["/no-such-page", "/counter/", "/counter/9"])
def test_unknown_pages_are_pages(clerk: Browser, shop: Shop, path: str) -> None:
    """A browser is shown a page where there is none: still 501, still in the journal with the nearest known route."""
    answer = clerk.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (501, "text/html; charset=utf-8")
    assert f"unsupported by the fake: GET {path} (nearest known route: GET /" in answer.text
    assert [entry.what.partition(" (")[0] for entry in shop.journal.entries("unsupported")] == [
        f"unsupported by the fake: GET {path}"
    ]


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/no-such-page", "*/*"),
        ("/no-such-page", "application/json"),
        ("/api/nothing", "text/html"),
        ("/client/nothing", "text/html"),
    ],
)
def test_unknown_calls_are_answered_in_json(browser: Browser, path: str, accept: str) -> None:
    """Whoever does not ask for HTML, or asks below an API's path, gets the 501 as JSON."""
    answer = browser.get(path, headers={"Accept": accept})
    assert answer.status_code == 501
    assert answer.json()["error"].startswith(f"unsupported by the fake: GET {path} (")


def test_the_journal_holds_no_form(clerk: Browser, fake: ShopFake, shop: Shop) -> None:
    """Neither a password, nor a form's token, nor what was typed into a form is written down."""
    clerk.submit("/counter", note="a-key-that-was-typed")
    clerk.submit("/login", email="ada@shop.test", password="a-password-mistyped")
    written = repr([one.entries() for one in (shop.journal, fake.journal)])
    assert "POST /counter" in written
    hidden = ["a-key-that", "a-password", shop.clerks["ada@shop.test"].password, clerk.token]
    assert [one for one in hidden if one in written] == []


def test_a_page_that_fails_says_so(clerk: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error inside a page gets 500 that owns up to it, not a broken answer."""
    monkeypatch.delattr(shop, "name")
    answer = clerk.get("/counter")
    assert answer.status_code == 500
    assert answer.json()["error"].startswith("the fake itself failed: UndefinedError")
