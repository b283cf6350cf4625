"""Who is let in: Basic credentials, the API User role, the organization's host."""

import base64

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.gladly.app import application
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.fuzz.wire import Raw, send
from tests.gladly.conftest import client, error

ME = "/api/v1/organization"


def ask(
    fake: GladlyFake, host: str, headers: dict[str, str] | None = None, auth: tuple[str, str] | None = None
) -> httpx.Response:
    """Ask for the organization at ``host``."""
    with httpx.Client(transport=InProcess(application(fake)), base_url=host, auth=auth) as anyone:
        return anyone.get(ME, headers=headers)


def test_token_of_an_api_user_opens_the_api(api: httpx.Client, organization: Organization) -> None:
    """E-mail and API token as Basic credentials open the API."""
    answer = api.get(ME)

    assert (answer.status_code, answer.json()["id"]) == (200, organization.id)


def test_credentials_name_the_organization_on_any_other_host(
    fake: GladlyFake, provisioned: ProvisionedOrganization
) -> None:
    """On a host that is not Gladly's, the credentials alone say whose request it is."""
    answer = ask(fake, "http://127.0.0.1:4020", auth=(provisioned.api_user.email, provisioned.token))

    assert answer.json()["id"] == provisioned.organization.id


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("shop-example.gladly.qa", 200),
        ("shop-example.us-uat.gladly.qa", 200),
        ("shop-example.us-1.gladly.com", 200),
        ("us-1.gladly.com", 200),
        ("another.us-1.gladly.com", 404),
        ("another.gladly.qa", 404),
    ],
)
def test_hosts_of_regions_and_sandboxes(
    fake: GladlyFake, provisioned: ProvisionedOrganization, host: str, status: int
) -> None:
    """A host of a region or of a sandbox names the organization too, unless it is the region's own."""
    auth = (provisioned.api_user.email, provisioned.token)

    assert ask(fake, f"https://{host}", auth=auth).status_code == status


def test_case_of_the_email_does_not_matter(fake: GladlyFake, provisioned: ProvisionedOrganization) -> None:
    """The user's e-mail address is compared whatever its case."""
    auth = (provisioned.api_user.email.upper(), provisioned.token)

    assert ask(fake, provisioned.organization.home, auth=auth).status_code == 200


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer abc", "Basic", "Basic !!!", "Basic " + base64.b64encode(b"\xff\xfe").decode()],
)
@pytest.mark.parametrize("host", ["http://127.0.0.1:4020", "https://shop-example.gladly.com"])
@pytest.mark.usefixtures("organization")
def test_without_readable_credentials_401(fake: GladlyFake, host: str, header: str | None) -> None:
    """Missing or unreadable credentials are answered 401 with a challenge and an errors array."""
    answer = ask(fake, host, {} if header is None else {"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert error(answer)["code"] == "unauthorized"


def test_header_bytes_that_are_no_text_401(fake: GladlyFake, provisioned: ProvisionedOrganization) -> None:
    """Credentials that are not even ASCII cannot be read, and a port that is no number names no other host."""
    good = "Basic " + base64.b64encode(f"{provisioned.api_user.email}:{provisioned.token}".encode()).decode()
    asked = [
        (f"{good[:-4]}\xff", "a"),
        (good, f"{provisioned.organization.subdomain}.gladly.com:port"),
        (good, "a:b"),
    ]
    found = [
        send(
            application(fake),
            Raw("GET", "/api/v1/organization", headers=(("Authorization", auth), ("Host", host))),
        )
        for auth, host in asked
    ]

    assert [answer and answer.status for answer in found] == [401, 200, 200]


@pytest.mark.parametrize("wrong", ["token", "email"])
def test_wrong_credentials_401(fake: GladlyFake, provisioned: ProvisionedOrganization, wrong: str) -> None:
    """A token with another user's e-mail, and an e-mail with a wrong token, are both refused."""
    other = next(iter(provisioned.organization.users))
    auth = (provisioned.api_user.email, "nope") if wrong == "token" else (other.email, provisioned.token)

    assert ask(fake, provisioned.organization.home, auth=auth).status_code == 401


def test_token_of_another_organization_is_refused_on_this_host(
    fake: GladlyFake, provisioned: ProvisionedOrganization
) -> None:
    """A token belongs to one organization: on another's host it is 401."""
    other = fake.create_organization("Other Shop")
    auth = (provisioned.api_user.email, provisioned.token)

    assert ask(fake, other.organization.home, auth=auth).status_code == 401


def test_unknown_organization_host_404(fake: GladlyFake, provisioned: ProvisionedOrganization) -> None:
    """A Gladly host that no organization has is 404 whatever the credentials."""
    answer = ask(fake, "https://nobody.gladly.com", auth=(provisioned.api_user.email, provisioned.token))

    assert (answer.status_code, error(answer)["code"]) == (404, "not_exist")


def test_user_without_the_api_role_403(fake: GladlyFake, organization: Organization) -> None:
    """A token whose user lacks the API User role is known but not allowed."""
    admin = organization.users.with_role(Role.ADMINISTRATOR)[0]
    with client(fake, organization, admin, fake.issue_token(organization, admin)) as theirs:
        answer = theirs.get(ME)

    assert (answer.status_code, error(answer)["code"]) == (403, "forbidden")


def test_revoked_token_401(
    fake: GladlyFake, organization: Organization, provisioned: ProvisionedOrganization
) -> None:
    """A revoked token is worth nothing; the user's others live on."""
    secret = fake.issue_token(organization, provisioned.api_user, "second")
    token = next(each for each in organization.tokens.all() if each.name == "second")
    fake.revoke_token(organization, token.id)

    assert ask(fake, organization.home, auth=(provisioned.api_user.email, secret)).status_code == 401
    assert (
        ask(fake, organization.home, auth=(provisioned.api_user.email, provisioned.token)).status_code == 200
    )


def test_token_is_kept_as_a_digest_only(
    organization: Organization, provisioned: ProvisionedOrganization
) -> None:
    """After its creation nothing holds the token itself, and no repr shows it."""
    assert provisioned.token not in repr(organization.tokens.all()) + repr(provisioned)


def test_tokens_are_named_like_gladlys(
    fake: GladlyFake, organization: Organization, provisioned: ProvisionedOrganization
) -> None:
    """Unnamed tokens are called New Token, New Token 2 and so on."""
    fake.issue_token(organization, provisioned.api_user)

    assert [each.name for each in organization.tokens.all()] == ["New Token", "New Token 2", "New Token 3"]
