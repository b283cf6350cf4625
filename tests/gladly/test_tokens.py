"""Settings > API Tokens: created, named, seen once, renamed, deleted, each by the user whose they are."""

from collections.abc import Callable

import httpx
import pytest

from fakes.gladly.rules.errors import InvalidError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import client
from tests.gladly.test_apps import as_role


@pytest.fixture
def tokens(here: str) -> str:
    """The path of the tokens."""
    return f"{here}/tokens"


@pytest.fixture
def who(organization: Organization) -> dict[str, str]:
    """The header that acts as the API user."""
    return as_role(organization, Role.API_USER)


Knock = Callable[[str], int]


@pytest.fixture
def knock(fake: GladlyFake, organization: Organization, provisioned: ProvisionedOrganization) -> Knock:
    """Asks the API with a token of the API user's and returns the status."""

    def knock(token: str) -> int:
        with client(fake, organization, provisioned.api_user, token) as api:
            return api.get("/api/v1/organization").status_code

    return knock


def test_value_is_shown_once(
    *, knock: Knock, control: httpx.Client, tokens: str, who: dict[str, str], organization: Organization
) -> None:
    """Create Token answers with a value that opens the API; the list and the journal never show it."""
    made = control.post(tokens, headers=who).json()
    assert knock(made["token"]) == 200
    listed = control.get(tokens, headers=who).json()

    assert [list(each) for each in listed] == [["id", "name", "created_at"]] * 2
    assert made["token"] not in str(listed) + str(organization.journal.entries())


def test_names_take_the_first_number_that_is_free(
    control: httpx.Client, tokens: str, who: dict[str, str]
) -> None:
    """A new token never gets a name that another has, also after some were deleted or renamed."""
    first, second = (control.post(tokens, headers=who).json() for _ in range(2))
    control.delete(f"{tokens}/{first['id']}", headers=who)
    control.patch(f"{tokens}/{second['id']}", json={"name": "New Token 5"}, headers=who)
    names = [control.post(tokens, headers=who).json()["name"] for _ in range(3)]

    assert (first["name"], second["name"]) == ("New Token 3", "New Token 4")
    assert names == ["New Token 3", "New Token 4", "New Token 6"]


def test_renamed_token_still_opens(
    knock: Knock, control: httpx.Client, tokens: str, who: dict[str, str]
) -> None:
    """A renamed token has its new name, its place in the list, and its value."""
    made = control.post(tokens, headers=who).json()
    renamed = control.patch(f"{tokens}/{made['id']}", json={"name": " Klaviyo "}, headers=who)

    assert renamed.json() == {"id": made["id"], "name": "Klaviyo", "created_at": made["created_at"]}
    assert [each["name"] for each in control.get(tokens, headers=who).json()] == ["New Token", "Klaviyo"]
    assert knock(made["token"]) == 200


def test_token_needs_a_name(control: httpx.Client, tokens: str, who: dict[str, str]) -> None:
    """A token cannot be renamed to nothing."""
    (token,) = control.get(tokens, headers=who).json()

    assert control.patch(f"{tokens}/{token['id']}", json={"name": " "}, headers=who).status_code == 400


def test_deleted_token_opens_nothing(
    knock: Knock, control: httpx.Client, tokens: str, who: dict[str, str]
) -> None:
    """A deleted token is 401 from then on, and gone from the list."""
    made = control.post(tokens, headers=who).json()
    gone = control.delete(f"{tokens}/{made['id']}", headers=who)
    assert (gone.status_code, knock(made["token"])) == (204, 401)
    assert len(control.get(tokens, headers=who).json()) == 1


def test_tokens_of_others_are_not_there(
    control: httpx.Client, tokens: str, who: dict[str, str], provisioned: ProvisionedOrganization
) -> None:
    """An API user neither sees nor changes the tokens of another."""
    other = {"X-Fake-User": provisioned.compliance_user.email}
    (theirs,) = control.get(tokens, headers=other).json()
    refused = [
        control.patch(f"{tokens}/{theirs['id']}", json={"name": "mine"}, headers=who),
        control.delete(f"{tokens}/{theirs['id']}", headers=who),
        control.delete(f"{tokens}/nope", headers=who),
    ]

    assert [each.status_code for each in refused] == [404] * 3
    assert control.get(tokens, headers=other).json() == [theirs]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AGENT])
def test_only_api_users_have_a_tokens_page(
    control: httpx.Client, tokens: str, organization: Organization, role: Role
) -> None:
    """Without the role API User there is no tokens page, not even for an Administrator."""
    other = as_role(organization, role)
    (known, *_) = organization.tokens.all()
    refused = [
        control.get(tokens, headers=other),
        control.post(tokens, headers=other),
        control.patch(f"{tokens}/{known.id}", json={"name": "mine"}, headers=other),
        control.delete(f"{tokens}/{known.id}", headers=other),
    ]

    assert [each.status_code for each in refused] == [403] * 4
    assert len(organization.tokens.all()) == 2


def test_somebody_must_be_named(control: httpx.Client, tokens: str) -> None:
    """A token is always somebody's: without a user in the header there is nothing to list."""
    answer = control.get(tokens)

    assert (answer.status_code, "X-Fake-User" in answer.json()["error"]) == (400, True)


def test_rename_changes_nothing_when_refused(
    organization: Organization, provisioned: ProvisionedOrganization
) -> None:
    """A refused name leaves the old one."""
    (token,) = organization.tokens.of(provisioned.api_user)
    with pytest.raises(InvalidError):
        organization.tokens.rename(token.id, "", provisioned.api_user)

    assert organization.tokens.of(provisioned.api_user) == [token]
