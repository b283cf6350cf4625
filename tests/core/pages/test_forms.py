"""What a form must carry, and what is read of it."""

import hmac
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from fakes.core.browsers.forms import LARGEST_FORM, MOST_FIELDS
from tests.core.pages.conftest import Browser
from tests.core.pages.toy_site import Shop

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def stale(browser: Browser, shop: Shop) -> str:
    """Return the token that the browser had before it signed in again."""
    token = browser.token
    browser.sign_in(shop)
    return token


@pytest.mark.parametrize(
    "token",
    [lambda *_: "", lambda *_: "0" * 64, lambda *_: "\ud800é", stale],
    ids=["missing", "made up", "no ASCII", "stale"],
)
def test_forms_need_the_token(clerk: Browser, shop: Shop, token: Callable[[Browser, Shop], str]) -> None:
    """A form without this browser's present token gets a page with 403, and nothing is changed."""
    body = urlencode({"form_token": token(clerk, shop), "note": "n"}, errors="replace")
    answer = clerk.post("/counter", content=body, headers=FORM)
    assert answer.status_code == 403
    assert "out of date, so nothing was changed" in answer.text
    assert shop.notes == []


def test_the_token_of_another_browser_is_none(
    clerk: Browser, shop: Shop, new_browser: Callable[[], Browser]
) -> None:
    """A token that another browser was given, for the same user, is refused."""
    other = new_browser()
    other.sign_in(shop)
    clerk.token = other.token
    assert clerk.submit("/counter", note="n").status_code == 403
    assert shop.notes == []


def test_tokens_are_compared_in_constant_time(
    clerk: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison is the library's for secrets: with one that says no, even the right token is refused."""
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: False)
    assert clerk.submit("/counter", note="n").status_code == 403
    assert shop.notes == []


def test_the_front_doors_forms_need_the_token_too(browser: Browser, shop: Shop) -> None:
    """Who is not signed in has a token as well: without it neither address nor password is looked at."""
    browser.see("/login")
    browser.token = ""
    fields = {"email": "ada@shop.test", "password": shop.clerks["ada@shop.test"].password}
    assert browser.submit("/login", **fields).status_code == 403
    assert browser.get("/counter").status_code == 303


def test_repeated_fields(clerk: Browser, shop: Shop) -> None:
    """A field that is sent more than once has all its values, in order, empty ones and blanks as they are."""
    clerk.submit("/counter", note=["a", "", " b "])
    assert shop.notes == ["a", "", " b "]


@pytest.mark.parametrize(("spare", "status"), [(0, 303), (1, 403)])
def test_the_largest_form(clerk: Browser, shop: Shop, spare: int, status: int) -> None:
    """A form of the largest size is read; one byte more and it has no fields, so no token either."""
    head = f"form_token={clerk.token}&note="
    body = head + "x" * (LARGEST_FORM - len(head) + spare)
    assert clerk.post("/counter", content=body, headers=FORM).status_code == status
    assert len(shop.notes) == (status == 303)


@pytest.mark.parametrize(("spare", "status"), [(0, 303), (1, 403)])
def test_most_fields(clerk: Browser, shop: Shop, spare: int, status: int) -> None:
    """As many fields as are allowed are read; with one more the form has none."""
    clerk.submit("/counter", note=["x"] * (MOST_FIELDS - 1))
    body = "&".join([f"form_token={clerk.token}", *["note=x"] * (MOST_FIELDS - 1 + spare)])
    shop.notes.clear()
    assert clerk.post("/counter", content=body, headers=FORM).status_code == status
    assert len(shop.notes) == (MOST_FIELDS - 1 if status == 303 else 0)


def test_bytes_that_are_no_text(clerk: Browser, shop: Shop) -> None:
    """What is no UTF-8, escaped or not, is replaced by marks; the page still shows."""
    body = f"form_token={clerk.token}&note=%ff".encode() + b"&note=\xff"
    assert clerk.post("/counter", content=body, headers=FORM).status_code == 303
    assert shop.notes == ["\ufffd", "\ufffd"]
    assert clerk.get("/counter").status_code == 200


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_other_bodies_are_no_form(clerk: Browser, shop: Shop, kind: str) -> None:
    """A body of another media type has no fields, whatever is in it."""
    body = f"form_token={clerk.token}&note=n"
    assert clerk.post("/counter", content=body, headers={"Content-Type": kind}).status_code == 403
    assert shop.notes == []
