"""Signing in and out of Gladly's pages, and what each role finds in the menu."""

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.gladly.app import application
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.settings.users import UserSettings
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.pages.conftest import HOST, As, user_of
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node

ADMINS = ["Apps", "Users", "Conversation Workflow"]
API_USERS = ["Webhooks", "API Tokens"]


def menu(page: Node) -> list[str]:
    """Return what the menu leads to."""
    return [link.text for link in page.one("nav", aria_label="Main").all("a")]


@pytest.mark.parametrize(
    ("role", "path", "shown"),
    [
        (Role.ADMINISTRATOR, "/customers", ["My Customers", *ADMINS]),
        (Role.AGENT, "/customers", ["My Customers"]),
        (Role.TEAM_MANAGER, "/customers", ["My Customers"]),
        (Role.API_USER, "/customers", ["My Customers", *ADMINS, *API_USERS]),
        (Role.COMPLIANCE_ADMINISTRATOR, "/admin/webhooks", API_USERS),
    ],
)
def test_each_role_begins_where_it_has_something_to_do(
    as_role: As, role: Role, path: str, shown: list[str]
) -> None:
    """Agents begin at the workspace, API users at their webhooks; the menu has what the roles may open, and all of it opens."""
    browser = as_role(role)
    assert (browser.path, menu(browser.page)) == (path, shown)
    for link in browser.page.one("nav", aria_label="Main").all("a"):
        browser.open(link.attributes["href"])


def test_roles_without_any_page_are_told_so(as_role: As, organization: Organization) -> None:
    """An Analyst lands on a page that says that there is nothing for them, with an empty menu."""
    organization.add_user("Ana", "ana@shop.example", "pw-ana-1", frozenset({Role.ANALYST}))
    browser = as_role(Role.ANALYST)

    assert (browser.path, menu(browser.page)) == ("/account", [])
    assert "Your roles have no page in this fake." in browser.page.text


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (
            Role.AGENT,
            ["apps", "apps/add", "apps/new/klaviyo", "users", "users/new", "conversation-workflow"],
        ),
        (Role.TEAM_MANAGER, ["apps", "webhooks", "webhooks/new", "api-tokens"]),
        (Role.ADMINISTRATOR, ["webhooks", "webhooks/new", "api-tokens"]),
    ],
)
def test_others_are_told_why_not(as_role: As, role: Role, paths: list[str]) -> None:
    """A page of Settings that a role has not answers 403 and names the role that is needed."""
    browser = as_role(role)
    for path in paths:
        page = browser.open(f"/admin/{path}", status=403)
        assert page.one("h1").text == "Forbidden"
        assert "needs the role" in page.one("main").text


def test_who_answers_no_customers_has_no_workspace(as_role: As) -> None:
    """The workspace's pages are closed to roles that answer no customers."""
    browser = as_role(Role.COMPLIANCE_ADMINISTRATOR)
    for path in ("", "/new", "/somebody", "/somebody/compose?channel=EMAIL"):
        assert "answers no customers" in browser.open(f"/customers{path}", status=403).text
    assert "answers no customers" in browser.open("/conversations/any", status=403).text


def test_wrong_password(stranger: Browser, organization: Organization) -> None:
    """A wrong password is said in an alert; the address stays in its field and nobody is signed in."""
    user = user_of(organization, Role.AGENT)
    page = stranger.sign_in(user, "not-it", status=422)

    assert page.one("p", role="alert").text == "The email or password you entered is incorrect."
    assert page.field("Email").attributes["value"] == user.email
    assert stranger.open("/customers").one("h1").text == "Sign in"


def test_page_that_was_asked_for_is_shown_after_signing_in(
    stranger: Browser, organization: Organization
) -> None:
    """Whoever is not signed in is sent to sign in, and then to where they wanted to go."""
    form = stranger.open("/admin/apps").one("form")
    user = user_of(organization, Role.ADMINISTRATOR)
    stranger.send(form, {"email": user.email, "password": user.password})

    assert stranger.path == "/admin/apps"


def test_signing_out(agent: Browser) -> None:
    """After signing out the pages ask to sign in again, and the old cookie is worth nothing."""
    cookie = dict(agent.client.cookies)
    agent.send(agent.page.one("form", action="/logout"))
    assert agent.path == "/login"
    agent.client.cookies.update(cookie)

    assert agent.open("/customers").one("h1").text == "Sign in"


def test_cookie_is_for_the_server_alone(stranger: Browser, organization: Organization) -> None:
    """The cookie is HttpOnly and SameSite, and changes when somebody signs in."""
    first = stranger.client.get("/login").cookies["gladly_session"]
    stranger.sign_in(user_of(organization, Role.AGENT))
    given = stranger.response.history[0].headers["Set-Cookie"]

    assert given.startswith("gladly_session=")
    assert "HttpOnly" in given
    assert "SameSite=Lax" in given
    assert first not in given


def test_deactivated_user_is_out_at_once(agent: Browser, organization: Organization) -> None:
    """Who is deactivated while signed in is asked to sign in, and cannot."""
    user = user_of(organization, Role.AGENT)
    UserSettings(organization).deactivate(user.id)

    assert agent.open("/customers").one("h1").text == "Sign in"
    agent.sign_in(user, status=422)


def test_organizations_host_lets_its_own_users_in(fake: GladlyFake, organization: Organization) -> None:
    """On an organization's own host only its users can sign in."""
    other = fake.create_organization("Other Shop").organization
    with httpx.Client(transport=InProcess(application(fake)), base_url=organization.home) as client:
        browser = Browser(client)
        browser.sign_in(user_of(other, Role.AGENT), status=422)
        browser.sign_in(user_of(organization, Role.AGENT))

        assert browser.path == "/customers"
        assert organization.name in browser.page.one("header").text


def test_session_of_another_organization_is_none(fake: GladlyFake, agent: Browser) -> None:
    """A cookie that signs in to one organization signs nobody in on another one's host."""
    other = fake.create_organization("Other Shop").organization
    with httpx.Client(transport=InProcess(application(fake)), base_url=other.home) as client:
        client.cookies.update(dict(agent.client.cookies))
        assert client.get("/customers").headers["Location"].startswith("/login")


def test_pages_are_journaled_by_the_organization(agent: Browser, organization: Organization) -> None:
    """What a signed-in browser asks for stands in the organization's journal, although its host names nobody."""
    agent.open("/customers?search=dana")
    last = organization.journal.entries("request")[-1]

    assert last.what == "GET /customers?search=dana"


def test_cookie_does_not_open_the_api(agent: Browser) -> None:
    """A browser that is signed in still needs credentials for the API."""
    assert agent.client.get("/api/v1/organization").status_code == 401


@pytest.mark.parametrize(
    "path", ["/admin/apps/new/klaviyo", "/admin/users/new", "/admin/conversation-workflow", "/customers/new"]
)
def test_form_without_the_browsers_token_is_refused(admin: Browser, path: str) -> None:
    """A form that another site made up changes nothing."""
    assert admin.client.post(path, data={"name": "Made up"}).status_code == 403
    assert admin.client.post(path, data={"form_token": "0" * 64}).status_code == 403


def test_pages_allow_nothing_inline(admin: Browser) -> None:
    """Every page is sent with a strict policy and without a style, a script or an event handler in it."""
    for path in ("/login", "/", "/customers", "/admin/apps", "/admin/users", "/nowhere-for-it/../account"):
        page = admin.open(path.replace("/nowhere-for-it/..", ""))
        policy = admin.response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.all("style") == []
        assert [
            node for node in page if any(name.startswith(("on", "style")) for name in node.attributes)
        ] == []


def test_host_is_no_matter(stranger: Browser) -> None:
    """The start page stands at the root of any host, signed in or not."""
    assert "This is a fake of Gladly" in stranger.open(f"{HOST}/").text
