"""The control room: who may come in, and that its cookie opens nothing else."""

from typing import Any

import pytest

from fakes.core.http.middleware import CONTROL_HEADER
from tests.core.pages.conftest import Browser
from tests.core.pages.toy_site import ADA, CONTROL_TOKEN, Shop, ShopFake

PAGES = [
    "/_fake",
    "/_fake/",
    "/_fake/room",
    "/_fake/room/",
    "/_fake/room/clock",
    "/_fake/room/reset",
    "/_fake/room/journal",
    "/_fake/room/tenants",
    "/_fake/room/tenants/SHOP",
    "/_fake/room/tenants/SHOP/faults",
    "/_fake/room/tenants/nobody",
    "/_fake/room/no-such-page",
]
DEEDS = [
    ("/_fake/room/reset", {"sure": "on"}),
    ("/_fake/room/clock", {"amount": "1", "unit": "hours"}),
    ("/_fake/room/tenants", {"name": "New"}),
    ("/_fake/room/tenants/SHOP/remove", {"sure": "on"}),
    ("/_fake/room/tenants/SHOP/start-page", {"shown": "on"}),
    ("/_fake/room/tenants/SHOP/sign-in", {"email": ADA}),
    ("/_fake/room/tenants/SHOP/faults", {"route": "*", "kind": "status"}),
    ("/_fake/room/tenants/SHOP/faults/disarm", {}),
    ("/_fake/room/tenants/SHOP/switches", {"prices": "1"}),
    ("/_fake/room/leave", {}),
]


def state(fake: ShopFake) -> Any:
    """Return everything that a page of the room could change."""
    shops = [(shop.id, shop.faults.armed(), shop.lights, shop.prices) for shop in fake.tenants]
    return shops, fake.runtime.clock.now(), list(fake.demo_tenants), len(fake.browsers.sessions)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", PAGES)
def test_nobody_comes_in_without_the_token(browser: Browser, shop: Shop, path: str, method: str) -> None:
    """Every page of the room, known or not, by any method, is a 403 that asks for the token and tells nothing."""
    answer = browser.request(method, path.replace("SHOP", shop.id))
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    if method != "HEAD":
        assert 'name="control_token"' in answer.text
    assert shop.id not in answer.text


@pytest.mark.parametrize(("path", "fields"), DEEDS)
def test_nothing_is_done_without_the_token(
    fake: ShopFake, browser: Browser, shop: Shop, path: str, fields: dict[str, str]
) -> None:
    """A form that is sent to the room from outside, with a visitor's own form token, gets 403 and changes nothing."""
    browser.see("/_fake/")
    before = state(fake)
    assert browser.submit(path.replace("SHOP", shop.id), **fields).status_code == 403
    assert state(fake) == before


@pytest.mark.parametrize("token", ["", "mistaken", CONTROL_TOKEN[:-1], "x" * len(CONTROL_TOKEN), "\ud7ffé"])
def test_a_wrong_token(browser: Browser, token: str) -> None:
    """A wrong control token gets the form again with 403, is not repeated there, and opens nothing."""
    browser.see("/_fake/")
    answer = browser.submit("/_fake/", control_token=token)
    assert answer.status_code == 403
    assert "That is not the control token of this fake." in answer.text
    assert not token or token not in answer.text
    assert browser.get("/_fake/").status_code == 403


def test_the_right_token_needs_the_form_token(browser: Browser) -> None:
    """The control token alone, as another site's form would send it, begins no session."""
    browser.see("/_fake/")
    browser.token = ""
    assert browser.submit("/_fake/", control_token=CONTROL_TOKEN).status_code == 403
    assert browser.get("/_fake/").status_code == 403


def test_the_right_token(browser: Browser, shop: Shop) -> None:
    """The right token begins a session with a new cookie that scripts and other sites cannot use, for the room only."""
    browser.see("/_fake/")
    before = browser.cookies["toy_room"]
    answer = browser.submit("/_fake/", control_token=CONTROL_TOKEN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/_fake/")
    assert {"HttpOnly", "SameSite=Strict", "Path=/_fake"} <= set(answer.headers["set-cookie"].split("; "))
    assert browser.cookies["toy_room"] != before
    assert shop.id in browser.get("/_fake/").text


@pytest.mark.parametrize("path", [one for one in PAGES if "no" not in one.rpartition("/")[2]])
def test_both_spellings(insider: Browser, shop: Shop, path: str) -> None:
    """Inside, a page answers with and without a slash at the end; the bare ``/_fake/room`` is none."""
    path = path.replace("SHOP", shop.id).rstrip("/")
    expected = 501 if path == "/_fake/room" else 200
    assert [insider.get(f"{path}{end}").status_code for end in ("", "/")] == [expected, expected]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_fake/clock"),
        ("POST", "/_fake/clock/advance"),
        ("POST", "/_fake/reset"),
        ("GET", "/_fake/journal"),
        ("GET", "/_fake/shops/SHOP/journal"),
        ("GET", "/_fake/shops/SHOP/secrets"),
        ("POST", "/_fake/shops/SHOP/faults"),
        ("GET", "/_fake/roomy"),
        ("GET", "/_fake/no-such-call"),
    ],
)
def test_the_cookie_makes_no_control_call(
    fake: ShopFake, insider: Browser, shop: Shop, method: str, path: str
) -> None:
    """The control plane's calls need the header, cookie or not, and say so in JSON."""
    before = state(fake)
    answer = insider.request(method, path.replace("SHOP", shop.id), json={"seconds": 1})
    assert answer.status_code == 403
    assert CONTROL_HEADER in answer.json()["error"]
    assert state(fake) == before


def test_the_header_opens_no_page(browser: Browser) -> None:
    """The room's pages are for sessions: the header makes calls, as it did before."""
    headers = {CONTROL_HEADER: CONTROL_TOKEN}
    assert browser.get("/_fake/", headers=headers).status_code == 403
    assert browser.get("/_fake/clock", headers=headers).status_code == 200


def test_the_vendors_cookie_opens_nothing(clerk: Browser) -> None:
    """Who is signed in to the vendor's pages is not in the room, not even with the cookie under the room's name."""
    clerk.cookies.set("toy_room", clerk.cookies["toy_session"], domain="toy.local", path="/_fake")
    assert clerk.get("/_fake/").status_code == 403


def test_the_rooms_cookie_signs_nobody_in(insider: Browser) -> None:
    """Who is in the room is not signed in to the vendor's pages."""
    insider.cookies.set("toy_session", insider.cookies["toy_room"], domain="toy.local", path="/")
    assert insider.get("/counter").status_code == 303


@pytest.mark.parametrize(("path", "fields"), DEEDS)
def test_forms_in_the_room_need_the_token(
    fake: ShopFake, insider: Browser, shop: Shop, path: str, fields: dict[str, str]
) -> None:
    """Inside too, a form without the form's token gets 403 and changes nothing."""
    before, insider.token = state(fake), "0" * 64
    assert insider.submit(path.replace("SHOP", shop.id), **fields).status_code == 403
    assert state(fake) == before
    assert insider.get("/_fake/").status_code == 200


def test_leaving(insider: Browser) -> None:
    """Leaving ends the session on the server: the cookie from before opens nothing."""
    cookie = insider.cookies["toy_room"]
    assert insider.submit("/_fake/room/leave").headers["location"] == "/_fake/"
    insider.cookies.set("toy_room", cookie, domain="toy.local", path="/_fake")
    assert insider.get("/_fake/").status_code == 403


def test_the_room_is_in_no_journal(fake: ShopFake, insider: Browser, shop: Shop) -> None:
    """What is looked at and done in the room is written down nowhere."""
    insider.get(f"/_fake/room/tenants/{shop.id}")
    insider.submit(f"/_fake/room/tenants/{shop.id}/switches", prices="1")
    insider.get("/_fake/room/no-such-page")
    assert (fake.journal.entries(), shop.journal.entries()) == ([], [])


def test_unknown_pages_inside(insider: Browser) -> None:
    """A page that the room does not have, or a tenant that is gone, is a page that leads back."""
    unknown, gone = insider.get("/_fake/room/nothing"), insider.get("/_fake/room/tenants/gone")
    assert (unknown.status_code, gone.status_code) == (501, 404)
    assert "There is no shop gone here" in gone.text
    assert all('href="/_fake/"' in answer.text for answer in (unknown, gone))
