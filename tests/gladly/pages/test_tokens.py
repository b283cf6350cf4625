"""Settings > API Tokens: create, see once, rename, delete."""

import httpx

from fakes.core.http.inprocess import InProcess
from fakes.gladly.app import application
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.pages.conftest import HOST, actions, user_of
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node

TOKENS = "/admin/api-tokens"


def create(browser: Browser) -> str:
    """Press Create Token and return the value that is shown."""
    page = browser.send(browser.open(TOKENS).one("form", action=TOKENS))
    return page.one("code", aria_label="API token").text


def names(page: Node) -> list[str]:
    """Return the names in the list."""
    return [one.text for one in page.all("p") if one.attributes.get("class") == "row-name"]


def works(fake: GladlyFake, organization: Organization, secret: str) -> bool:
    """Say whether the API user's token opens the API."""
    user = user_of(organization, Role.API_USER)
    with httpx.Client(
        transport=InProcess(application(fake)), base_url=HOST, auth=(user.email, secret)
    ) as client:
        return client.get("/api/v1/organization").status_code == 200


def test_token_is_shown_until_the_page_is_left(
    fake: GladlyFake, api_user: Browser, organization: Organization
) -> None:
    """The new token opens the API and stands on the page once: not after a reload, in no cookie, in no journal."""
    secret = create(api_user)
    again = api_user.open(TOKENS)

    assert works(fake, organization, secret)
    assert secret not in again.text
    assert secret not in str(dict(api_user.client.cookies))
    assert secret not in str(organization.journal.entries())
    assert actions(organization)[-1] == "created the API token New Token 3"


def test_tokens_are_named_and_renamed(api_user: Browser) -> None:
    """Tokens are called New Token and a number; another name is taken, a blank one refused beside its field."""
    create(api_user)
    before = names(api_user.open(TOKENS))
    rename = api_user.page.all("form", novalidate="")[-1]
    page = api_user.send(rename, {"name": " "}, status=422)
    wrong = page.one("p", "Name cannot be blank.").attributes["id"]
    described = page.all("input", name="name")[-1].attributes["aria-describedby"]
    page = api_user.send(page.all("form", novalidate="")[-1], {"name": "CI"})

    assert before == ["New Token", "New Token 3"]
    assert wrong == described
    assert names(page) == ["New Token", "CI"]
    assert page.one("p", role="status").text == "The token is called “CI” now."


def test_deleted_token_opens_nothing(fake: GladlyFake, api_user: Browser, organization: Organization) -> None:
    """Delete asks, then takes the token away at once, and leaves the others."""
    secret = create(api_user)
    delete = api_user.open(TOKENS).one("ul", aria_label="Your API tokens").all("form", method="post")[-1]
    page = api_user.send(delete)
    still = works(fake, organization, secret)
    api_user.send(page.one("dialog", open="").one("form"))

    assert (still, works(fake, organization, secret)) == (True, False)
    assert names(api_user.page) == ["New Token"]


def test_tokens_are_their_owners(api_user: Browser, organization: Organization) -> None:
    """Another user's token is neither listed nor deleted."""
    other = user_of(organization, Role.COMPLIANCE_ADMINISTRATOR)
    (theirs,) = organization.tokens.of(other)
    create(api_user)
    data = {"form_token": api_user.form_token(), "confirmed": "true"}
    answer = api_user.client.post(f"{TOKENS}/{theirs.id}/delete", data=data)

    assert theirs.name not in names(api_user.open(TOKENS))
    assert (answer.status_code, organization.tokens.of(other)) == (404, [theirs])


def test_without_tokens(fake: GladlyFake, api_user: Browser, organization: Organization) -> None:
    """An API user without tokens is told so."""
    user = user_of(organization, Role.API_USER)
    for token in organization.tokens.of(user):
        fake.revoke_token(organization, token.id)

    assert "You have no API token yet." in api_user.open(TOKENS).text
