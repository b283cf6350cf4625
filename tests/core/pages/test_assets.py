"""Stylesheets, scripts, icons."""

import re

import pytest

from fakes.core.pages.assets import Assets
from tests.core.pages.conftest import Browser
from tests.core.pages.toy_site import ShopFake, ShopSite


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("base.css", "text/css; charset=utf-8"),
        ("pages.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("toy.css", "text/css; charset=utf-8"),
    ],
)
def test_assets_may_be_kept(browser: Browser, name: str, media_type: str) -> None:
    """A file, the core's or the vendor's, has its type and may be kept for good; no type is guessed."""
    answer = browser.get(ShopSite().assets.url(name))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content


def test_the_address_changes_with_the_content() -> None:
    """The digest in an address is that of the content: two files have two, the same file has one."""
    again = Assets("/static/", "fakes.core.pages", "tests.core.pages")
    urls = [one.url(name) for one in (ShopSite().assets, again) for name in ("base.css", "toy.css")]
    assert urls[:2] == urls[2:]
    assert urls[0].partition("?v=")[2] != urls[1].partition("?v=")[2]


def test_pages_link_only_what_is_there(browser: Browser) -> None:
    """Every stylesheet, script and icon that a page names is served."""
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', browser.get("/").text)
    assert len(linked) == 3
    assert [browser.get(one).status_code for one in linked] == [200, 200, 200]


def test_no_such_file_is_said_in_plain_text(browser: Browser) -> None:
    """The answer for what is no asset says that it is plain text, which it is."""
    answer = browser.get("/static/nothing.css")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text == "no such file"


@pytest.mark.parametrize(
    "name",
    [
        "nothing.css",
        "secret.txt",
        "..%2f__init__.py",
        "%2e%2e%2fsite.py",
        "..%5csite.py",
        "%2fetc%2fpasswd",
        "base.css%00.js",
        ".",
    ],
)
def test_nothing_else_is_served(browser: Browser, name: str) -> None:
    """What is no asset, lies beside the folder or anywhere else on the machine is not served."""
    answer = browser.get(f"/static/{name}")
    assert answer.status_code in {404, 501}
    assert "import" not in answer.text
    assert "root:" not in answer.text


def test_a_missing_asset_is_said_in_plain_text(browser: Browser) -> None:
    """What is not there is answered as text, not under the name of another media type."""
    answer = browser.get("/static/none.css")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (404, "text/plain")


def test_the_icon_that_browsers_ask_for(fake: ShopFake, browser: Browser) -> None:
    """``/favicon.ico`` leads to the icon, and is nobody's request in the journal, nor are assets."""
    answer = browser.get("/favicon.ico")
    assert (answer.status_code, answer.headers["location"]) == (303, ShopSite().assets.url("icon.svg"))
    browser.get(answer.headers["location"])
    assert fake.journal.entries() == []
