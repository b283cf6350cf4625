"""Who is signed in, by which cookie, for how long."""

from collections.abc import Callable

from fakes.core.browsers.sessions import Sessions
from tests.core.pages.conftest import Browser
from tests.core.pages.toy_site import ADA, BEA, Shop, ShopFake

Browsers = Callable[[], Browser]


def test_sessions_are_bounded() -> None:
    """Of more sessions than are kept, the one not seen for longest is forgotten."""
    sessions = Sessions(most=2)
    first, second = sessions.begin("t", "a"), sessions.begin("t", "b")
    sessions.get(first)
    third = sessions.begin("t", "c")
    assert [sessions.get(one) is not None for one in (first, second, third)] == [True, False, True]
    assert len(sessions) == 2


def test_no_cookie_is_kept() -> None:
    """What is kept of sessions does not contain a cookie's value."""
    sessions = Sessions()
    cookie = sessions.begin("t", "a")
    assert cookie not in repr(vars(sessions))
    assert sessions.get("") is None


def test_clearing_signs_everybody_out() -> None:
    """After ``clear`` no cookie leads to a session."""
    sessions = Sessions()
    cookies = [sessions.begin("t", "a"), sessions.begin("t", "b")]
    sessions.clear()
    assert [sessions.get(one) for one in cookies] == [None, None]


def test_the_cookie_of_a_session(browser: Browser, shop: Shop) -> None:
    """Scripts cannot read it, and other sites' forms do not carry it."""
    header = browser.sign_in(shop).headers["set-cookie"]
    assert header.startswith("toy_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))


def test_signing_in_changes_the_cookie(browser: Browser, shop: Shop) -> None:
    """The cookie that a visitor had before is worth nothing afterwards: nobody can plant one."""
    browser.see("/login")
    planted = browser.cookies["toy_session"]
    browser.sign_in(shop)
    assert browser.cookies["toy_session"] != planted
    browser.cookies.set("toy_session", planted, domain="toy.local", path="/")
    assert browser.get("/counter").headers["location"].startswith("/login")


def test_signing_in_again_ends_the_first_session(fake: ShopFake, clerk: Browser, shop: Shop) -> None:
    """A browser has one session: whoever signs in after somebody else takes their place."""
    before = clerk.cookies["toy_session"]
    clerk.sign_in(shop, BEA)
    assert BEA in clerk.get("/counter").text
    assert fake.browsers.sessions.get(before) is None


def test_signing_out(fake: ShopFake, clerk: Browser) -> None:
    """Signing out ends the session on the server and takes the cookie away."""
    cookie = clerk.cookies["toy_session"]
    answer = clerk.submit("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert fake.browsers.sessions.get(cookie) is None
    assert "toy_session" not in clerk.cookies


def test_a_link_does_not_sign_out(clerk: Browser) -> None:
    """Signing out needs the form: neither a link nor a form without the token does it."""
    clerk.get("/logout")
    clerk.post("/logout")
    assert clerk.get("/counter").status_code == 200


def test_a_tenant_that_is_removed_takes_its_people_along(fake: ShopFake, clerk: Browser, shop: Shop) -> None:
    """Who was signed in to a tenant that is gone is asked to sign in."""
    fake.tenants.remove(shop.id)
    assert clerk.get("/counter").headers["location"] == "/login?next=%2Fcounter"


def test_a_user_who_is_gone_is_signed_out(clerk: Browser, shop: Shop) -> None:
    """Who was signed in and is no user any more is asked to sign in."""
    del shop.clerks[ADA]
    assert clerk.get("/counter").status_code == 303


def test_equal_addresses_in_many_tenants(fake: ShopFake, new_browser: Browsers) -> None:
    """The password decides which tenant's user signs in, and each stays in their own."""
    shops = [fake.create(f"Shop {number}") for number in range(5)]
    browsers = [new_browser() for _ in shops]
    for one, browser in zip(shops, browsers, strict=True):
        browser.sign_in(one)
        browser.submit("/counter", note=f"of {one.name}")
    assert [one.notes for one in shops] == [[f"of Shop {number}"] for number in range(5)]


def test_notices_are_shown_once(clerk: Browser) -> None:
    """What was done is said on the next page, and not on the one after."""
    clerk.submit("/counter", note="n")
    assert [clerk.get("/counter").text.count("Noted.") for _ in range(2)] == [1, 0]


def test_a_live_part_takes_no_notice_away(clerk: Browser) -> None:
    """The script that fetches a page's live part again does not use up what the next page has to say."""
    clerk.submit("/counter", note="n")
    live = clerk.get("/counter", headers={"X-Live": "1"})
    assert ("Noted." in live.text, "Noted." in clerk.get("/counter").text) == (False, True)


def test_notices_that_nobody_reads_are_bounded() -> None:
    """A browser that sends forms and never looks at a page makes no session grow."""
    sessions = Sessions()
    session = sessions.get(sessions.begin("t", "a"))
    assert session is not None
    for number in range(1_000):
        session.notices.append(str(number))
    assert session.notices[-1] == "999"
    assert len(session.notices) < 100
