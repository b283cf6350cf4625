"""The start page, signing in, and where one gets from there."""

import pytest

from fakes.core.pages.site import safe_path
from tests.core.pages.conftest import Browser
from tests.core.pages.toy_site import ADA, Shop, ShopFake

ELSEWHERE = [
    "//evil.test/",
    "///evil.test/",
    "/\\evil.test/",
    "\\\\evil.test",
    "https://evil.test/counter",
    "javascript:alert(1)",
    "counter",
    "/\t/evil.test",
    "/\n/evil.test",
    "/counter\r\nX-Evil: 1",
    "/\x00counter",
    " /counter",
    "",
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(browser: Browser, shop: Shop, path: str) -> None:
    """A ``next`` that is no path of this site, or has control characters, is passed over for the user's home."""
    browser.see("/login")
    fields = {"email": ADA, "password": shop.clerks[ADA].password, "next": path}
    answer = browser.submit("/login", **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/counter/\N{SNOWMAN}?a=é", "/counter/%E2%98%83?a=%C3%A9"),
        ("/counter?a=%2F&b=<c d>#e", "/counter?a=%2F&b=%3Cc%20d%3E#e"),
    ],
)
def test_where_it_leads_is_an_address(browser: Browser, shop: Shop, path: str, location: str) -> None:
    """What no header can hold is percent-encoded where a browser is sent on; what is so already stays."""
    browser.see("/login")
    answer = browser.submit("/login", email=ADA, password=shop.clerks[ADA].password, next=path)
    assert (answer.status_code, answer.headers["location"]) == (303, location)


@pytest.mark.parametrize("path", ["/counter?a=1&b=%2F", "/", "/logout/x"])
def test_signing_in_leads_back(path: str) -> None:
    """A path of this site is followed, with its query."""
    assert safe_path(path, otherwise="/home") == path


def test_a_page_asks_to_sign_in_and_comes_back(browser: Browser, shop: Shop) -> None:
    """Who asks for a page is sent to sign in, with the page's address, which the form carries along."""
    sent = browser.get("/counter?a=1&b=<")
    assert sent.headers["location"] == "/login?next=%2Fcounter%3Fa%3D1%26b%3D%253C"
    page = browser.see(sent.headers["location"])
    assert 'name="next" value="/counter?a=1&amp;b=%3C"' in page.text
    fields = {"email": ADA, "password": shop.clerks[ADA].password, "next": "/counter?a=1&b=%3C"}
    assert browser.submit("/login", **fields).headers["location"] == "/counter?a=1&b=%3C"


@pytest.mark.parametrize(
    ("email", "password"),
    [(ADA, "wrong"), (ADA, ""), ("nobody@shop.test", "wrong"), ("", ""), (ADA, "é\ud7ff")],
)
def test_wrong_sign_in(browser: Browser, shop: Shop, email: str, password: str) -> None:
    """Whatever of the two is wrong, the form comes back with one text, the address, and without the password."""
    del shop
    browser.see("/login")
    answer = browser.submit("/login", email=email, password=password)
    assert answer.status_code == 422
    assert "The email or password you entered is incorrect." in answer.text
    assert f'value="{email}"' in answer.text
    assert not password or password not in answer.text.replace(email, "")
    assert browser.get("/counter").status_code == 303


def test_the_door_shows_whom_it_may(fake: ShopFake, browser: Browser) -> None:
    """Only tenants that stand on the start page are named there, and those that are gone are not."""
    shown, hidden, gone = (fake.create(name) for name in ("Shown", "Hidden", "Gone"))
    fake.demo_tenants += [shown.id, gone.id]
    fake.tenants.remove(gone.id)
    text = browser.get("/").text
    assert [name in text for name in (shown.name, hidden.name, gone.name)] == [True, False, False]


def test_the_door_signs_in_with_a_click(fake: ShopFake, browser: Browser, shop: Shop) -> None:
    """A user's button signs in as that user, says so on the start page, and leads to their home."""
    fake.demo_tenants.append(shop.id)
    browser.see("/")
    answer = browser.submit("/", tenant=shop.id, email=ADA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter")
    assert ADA in browser.get("/counter").text
    assert f"You are signed in to {shop.name} as {ADA}." in browser.get("/").text


def test_the_door_signs_in_nobody_else(fake: ShopFake, browser: Browser, shop: Shop) -> None:
    """A tenant that does not stand there, one that is gone, and an unknown user get 404; nobody is signed in."""
    hidden, gone = fake.create(), fake.create()
    fake.demo_tenants += [shop.id, gone.id]
    fake.tenants.remove(gone.id)
    browser.see("/")
    asked = [(hidden.id, ADA), (gone.id, ADA), (shop.id, "nobody@shop.test"), ("", "")]
    answers = [browser.submit("/", tenant=tenant, email=email) for tenant, email in asked]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert browser.get("/counter").status_code == 303
