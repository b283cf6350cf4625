"""Signing in and out, what every page is sent with, and whose forms are taken."""

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.users import Role
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.pages.browsing import Browser, user_of
from tests.klaviyo.support import Caller, new_key

INSIDE = [
    "/settings/account",
    "/settings/account/api-keys",
    "/create-private-api-key",
    "/analytics/metrics",
    "/profiles",
    "/segments",
]


def test_signing_in_leads_to_the_metrics(stranger: Browser, account: Account) -> None:
    """Address and password lead to the metrics, and to the settings for a role that may not see them."""
    stranger.sign_in(user_of(account, Role.OWNER))
    assert stranger.path == "/analytics/metrics"

    stranger.sign_in(user_of(account, Role.CONTENT_CREATOR))
    assert stranger.path == "/settings/account"


def test_wrong_password(stranger: Browser, account: Account) -> None:
    """A wrong password and an unknown address are refused alike; the address stays in its field, the password does not."""
    owner = user_of(account, Role.OWNER)
    page = stranger.sign_in(owner, password="not the password", status=422)
    error = page.one("p", role="alert").text
    assert page.field("Email").attributes["value"] == owner.email
    assert page.field("Password").attributes["value"] == ""

    form = page.one("form")
    page = stranger.send(form, {"email": "nobody@klaviyo-demo.com"}, status=422)
    assert page.one("p", role="alert").text == error
    stranger.open("/analytics/metrics")
    assert stranger.path.startswith("/login?")


@pytest.mark.parametrize("path", [*INSIDE, "/metric/abc123", "/profile/1", "/segments/1"])
def test_pages_ask_to_sign_in_first(stranger: Browser, account: Account, path: str) -> None:
    """Whoever is not signed in comes to the sign-in page, and from there to where they wanted to go."""
    asked = stranger.client.get(f"{path}?a=1&b=2")
    assert asked.status_code == 303

    owner = user_of(account, Role.OWNER)
    form = stranger.open(f"{path}?a=1&b=2").one("form")
    answer = stranger.client.post(
        "/login", data=form.fields() | {"email": owner.email, "password": owner.password}
    )
    assert answer.headers["location"] == f"{path}?a=1&b=2"


@pytest.mark.parametrize(
    "next_",
    ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", "/a\nb", "evil.test"],
)
def test_next_never_leaves_the_site(stranger: Browser, account: Account, next_: str) -> None:
    """Signing in sends nobody to another site, whatever the address of the sign-in page says."""
    owner = user_of(account, Role.OWNER)
    form = stranger.open("/login").one("form")
    fields = form.fields() | {"email": owner.email, "password": owner.password, "next": next_}

    assert stranger.client.post("/login", data=fields).headers["location"] == "/analytics/metrics"


def test_cookie(stranger: Browser, account: Account) -> None:
    """The cookie is out of scripts' reach, is not sent from other sites, and changes when somebody signs in."""
    before = stranger.client.get("/login").headers["set-cookie"]
    stranger.sign_in(user_of(account, Role.OWNER))
    after = stranger.response.history[0].headers["set-cookie"]

    for cookie in (before, after):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert before.split(";")[0] != after.split(";")[0]


def test_signing_out(browser: Browser) -> None:
    """Log out ends the session, also for whoever kept the cookie; a link cannot do it."""
    cookies = dict(browser.client.cookies)
    form = next(one for one in browser.page.all("form") if one.attributes.get("action") == "/logout")
    assert browser.client.get("/logout").status_code == 501

    browser.send(form)
    assert browser.path == "/login"
    browser.client.cookies.update(cookies)
    browser.open("/analytics/metrics")
    assert browser.path.startswith("/login")


@pytest.mark.parametrize("path", [*INSIDE, "/", "/login", "/metric/nope", "/profile/nope", "/segments/nope"])
def test_headers_of_every_page(browser: Browser, path: str) -> None:
    """Every page forbids what is not its own, framing and keeping, has a language, a title and one heading, no inline code."""
    browser.response = browser.client.get(path)
    browser.open(path, browser.response.status_code)
    headers, page = browser.response.headers, browser.page

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["x-frame-options"], headers["cache-control"]) == ("DENY", "no-store")
    assert page.one("html").attributes["lang"] == "en"
    assert page.one("title").text
    assert len(page.all("h1")) == 1
    assert [
        node.tag
        for node in page
        if "style" in node.attributes or any(name.startswith("on") for name in node.attributes)
    ] == []
    assert page.all("style") == []
    assert all("src" in script.attributes for script in page.all("script"))


@pytest.mark.parametrize("path", ["/login", "/logout", "/", "/create-private-api-key"])
@pytest.mark.parametrize("token", ["", "0" * 64])
def test_forms_of_others_are_refused(browser: Browser, path: str, token: str) -> None:
    """A form without this browser's own token changes nothing: 403."""
    assert browser.client.post(path, data={"form_token": token, "name": "Gladly App"}).status_code == 403
    browser.open("/settings/account")
    assert browser.path == "/settings/account"


def test_token_of_another_browser(browser: Browser, account: Account) -> None:
    """A token that another browser was given is refused as well."""
    token = browser.form_token()
    browser.sign_in(user_of(account, Role.ADMIN))

    assert browser.client.post("/logout", data={"form_token": token}).status_code == 403


def test_passwords_stay_out_of_the_journal(stranger: Browser, account: Account) -> None:
    """No password, right or wrong, and no cookie stands in the journal."""
    owner = user_of(account, Role.OWNER)
    stranger.sign_in(owner, password="a wrong guess", status=422)
    stranger.sign_in(owner)
    stranger.open("/profiles")

    told = str(list(account.journal.entries()))
    assert "GET /profiles" in told
    for secret in (owner.password, "a wrong guess", *dict(stranger.client.cookies).values()):
        assert secret not in told


def test_other_accounts_stay_unseen(browser: Browser, fake: KlaviyoFake, http: httpx.Client) -> None:
    """A session shows its own account only."""
    other = fake.create_account()
    Caller(http, new_key(other).secret).track("seen only there")
    [metric], [person] = other.metrics.all(), other.profiles.all()

    assert "seen only there" not in browser.open("/analytics/metrics").text
    browser.open(f"/metric/{metric.id}", 404)
    browser.open(f"/profile/{person.id}", 404)
