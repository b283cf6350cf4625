"""Settings > Users: who may add users and change roles, which roles go together, and what a status means."""

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.errors import InvalidError, RoleError, RuleError, TakenError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.settings.users import Invitation, UserSettings
from fakes.gladly.rules.users.users import Role, User, UserStatus, role_advice
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import Begin, Receiver, client
from tests.gladly.test_apps import as_role

PASSWORD = "correct horse 5150"


@pytest.fixture
def admin(organization: Organization) -> User:
    """The only Administrator."""
    return organization.users.with_role(Role.ADMINISTRATOR)[0]


@pytest.fixture
def invited(organization: Organization, admin: User) -> Invitation:
    """Somebody who is invited as an agent."""
    return UserSettings(organization).invite("Kim Doe", "Kim@shop.example", frozenset({Role.AGENT}), admin)


def status_of(organization: Organization, user: User) -> str:
    """Return what the users list says of the user."""
    return str(next(row["status"] for row in UserSettings(organization).rows() if row["id"] == user.id))


def test_the_list_has_gladlys_columns(organization: Organization, admin: User) -> None:
    """The list shows name, e-mail, roles, teams, inboxes and status of everybody."""
    row = UserSettings(organization).rows(admin)[0]

    assert row == {
        "id": admin.id,
        "name": admin.name,
        "email": admin.email,
        "roles": ["Administrator"],
        "teams": ["Everyone"],
        "inboxes": ["General", "Escalations"],
        "status": "Active",
    }


def test_all_built_in_roles_are_known() -> None:
    """There are eleven built-in roles."""
    assert {role.value for role in Role} == {
        "Compliance Administrator", "Administrator", "Team Manager", "Agent Plus", "Agent", "Analyst", "Task User",
        "Answers Administrator", "API User", "Developer", "Liveboards Only",
    }  # fmt: skip


def test_invited_user_accepts_and_answers_customers(organization: Organization, invited: Invitation) -> None:
    """Who is invited can log in once they have accepted, and only then stands in the agents list."""
    before = (status_of(organization, invited.user), organization.users.log_in("kim@shop.example", ""))
    agents = [agent.id for agent in organization.directory.agents()]
    user = UserSettings(organization).accept(invited.code, PASSWORD)

    assert (before, user.id in agents) == (("Invited", None), False)
    assert status_of(organization, user) == "Active"
    assert organization.users.log_in("kim@SHOP.example", PASSWORD) is user
    assert organization.directory.agent(user.id).name == "Kim Doe"


def test_invitation_is_good_once(organization: Organization, invited: Invitation) -> None:
    """An invitation that was accepted cannot be accepted again, nor can one that nobody got."""
    UserSettings(organization).accept(invited.code, PASSWORD)
    for code in (invited.code, "nope", ""):
        with pytest.raises(InvalidError):
            UserSettings(organization).accept(code, PASSWORD)


def test_invitation_ends_after_a_day(
    organization: Organization, invited: Invitation, runtime: Runtime, admin: User
) -> None:
    """After 24 hours an invitation is worth nothing, and another one can be sent."""
    runtime.clock.advance(24 * 3600)
    expired = status_of(organization, invited.user)
    with pytest.raises(InvalidError):
        UserSettings(organization).accept(invited.code, PASSWORD)
    again = UserSettings(organization).invite_again(invited.user.id, admin)

    assert expired == "Invitation Expired"
    assert UserSettings(organization).accept(again.code, PASSWORD) is invited.user


def test_who_has_accepted_is_not_invited_again(organization: Organization, admin: User) -> None:
    """Another invitation is for those who have yet to accept, and only for users who exist."""
    for user_id, code in ((admin.id, "invalid_state"), ("nobody", "not_exist")):
        with pytest.raises(RuleError) as refused:
            UserSettings(organization).invite_again(user_id, admin)
        assert [error.code for error in refused.value.errors] == [code]


def test_another_invitation_ends_the_first(organization: Organization, invited: Invitation) -> None:
    """Of two invitations only the later one is good."""
    UserSettings(organization).invite_again(invited.user.id)
    with pytest.raises(InvalidError):
        UserSettings(organization).accept(invited.code, PASSWORD)


@pytest.mark.parametrize(
    ("name", "email", "roles", "refusal", "why"),
    [
        (" ", "kim@shop.example", {Role.AGENT}, InvalidError, ("blank", "name")),
        ("Kim", "no address", {Role.AGENT}, InvalidError, ("invalid", "email")),
        ("Kim", "kim@shop.example", set(), InvalidError, ("blank", "roles")),
        (
            *("Kim", "kim@shop.example", {Role.LIVEBOARDS_ONLY, Role.TASK_USER, Role.AGENT}, InvalidError),
            ("invalid", "roles"),
        ),
        ("Kim", "AGENT@shop-example.gladly-demo.com", {Role.AGENT}, TakenError, ("taken", "email")),
    ],
)
def test_who_cannot_be_invited(
    *,
    organization: Organization,
    name: str,
    email: str,
    roles: set[Role],
    refusal: type[RuleError],
    why: tuple[str, str],
) -> None:
    """Name, address and roles are needed; Liveboards Only and Task User exclude each other; addresses are unique."""
    before = UserSettings(organization).rows()
    with pytest.raises(refusal) as refused:
        UserSettings(organization).invite(name, email, frozenset(roles))

    assert {(error.code, error.attr) for error in refused.value.errors} == {why}
    assert UserSettings(organization).rows() == before


@pytest.mark.parametrize(
    ("roles", "advised"),
    [
        ({Role.API_USER}, True),
        ({Role.API_USER, Role.ANALYST}, True),
        ({Role.API_USER, Role.AGENT}, False),
        ({Role.API_USER, Role.ADMINISTRATOR}, False),
        ({Role.AGENT}, False),
    ],
)
def test_api_user_alone_is_only_advised_against(
    control: httpx.Client, here: str, roles: set[Role], *, advised: bool
) -> None:
    """API User without Agent or Administrator is allowed, with a word of advice."""
    asked = {"name": "Kim", "email": "kim@shop.example", "roles": sorted(roles)}
    answer = control.post(f"{here}/users", json=asked)

    assert answer.status_code == 201
    assert bool(answer.json()["advice"]) is bool(role_advice(frozenset(roles))) is advised


@pytest.mark.usefixtures("one_administrator")
@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_MANAGER, Role.API_USER])
def test_only_administrators_work_on_the_users_page(
    control: httpx.Client, here: str, organization: Organization, role: Role, admin: User
) -> None:
    """Every call of the users page is refused to other roles, and nothing changes."""
    who = as_role(organization, role)
    before = UserSettings(organization).rows()
    asked = {"name": "Kim", "email": "kim@shop.example", "roles": ["Administrator"]}
    refused = [
        control.get(f"{here}/users", headers=who),
        control.post(f"{here}/users", json=asked, headers=who),
        control.patch(f"{here}/users/{admin.id}", json={"roles": ["Agent"]}, headers=who),
        control.patch(f"{here}/users/{admin.id}", json={"active": False}, headers=who),
        control.patch(f"{here}/users/{admin.id}", json={"active": True}, headers=who),
    ]

    assert [each.status_code for each in refused] == [403] * len(refused)
    assert UserSettings(organization).rows() == before
    with pytest.raises(RoleError):
        UserSettings(organization).invite_again(admin.id, organization.users.with_role(role)[0])


def test_role_taken_away_closes_the_api(
    api: httpx.Client,
    control: httpx.Client,
    here: str,
    organization: Organization,
    provisioned: ProvisionedOrganization,
) -> None:
    """Without the role API User a user's tokens are 403; with it they work again."""
    path, who = f"{here}/users/{provisioned.api_user.id}", as_role(organization, Role.ADMINISTRATOR)
    codes = []
    for roles in (["Agent"], ["API User"]):
        assert control.patch(path, json={"roles": roles}, headers=who).status_code == 200
        codes.append(api.get("/api/v1/organization").status_code)

    assert codes == [403, 200]


def test_agents_follow_roles(organization: Organization, api: httpx.Client, admin: User) -> None:
    """Who loses every role that answers customers leaves agents, inboxes and teams; who gets one comes in."""
    agent = organization.users.with_role(Role.AGENT)[0]
    UserSettings(organization).change_roles(agent.id, frozenset({Role.ANALYST}), admin)
    without = api.get("/api/v1/agents").json()
    teams = api.get("/api/v1/teams").json()
    UserSettings(organization).change_roles(agent.id, frozenset({Role.AGENT_PLUS}), admin)

    assert agent.id not in {each["id"] for each in without}
    assert all(agent.id not in team["agentIds"] for team in teams)
    assert api.get(f"/api/v1/agents/{agent.id}").status_code == 200


def test_deactivated_user_is_locked_out(
    fake: GladlyFake, organization: Organization, provisioned: ProvisionedOrganization, admin: User
) -> None:
    """A deactivated user can neither log in nor use a token; reactivated, both work again."""
    user = provisioned.api_user
    codes = []
    with client(fake, organization, user, provisioned.token) as api:
        for act in (UserSettings(organization).deactivate, UserSettings(organization).reactivate):
            act(user.id, admin)
            codes.append(api.get("/api/v1/organization").status_code)
            codes.append(200 if organization.users.log_in(user.email, user.password) else 401)

    assert (codes, user.status(organization.clock.now())) == ([401, 401, 200, 200], UserStatus.ACTIVE)


def test_deactivated_agent_is_no_agent(organization: Organization, api: httpx.Client, admin: User) -> None:
    """A deactivated agent leaves agents, inboxes and teams; reactivated, they are an agent of every inbox again."""
    agent = organization.users.with_role(Role.AGENT)[0]
    places = []
    for act in (UserSettings(organization).deactivate, UserSettings(organization).reactivate):
        act(agent.id, admin)
        row = next(row for row in UserSettings(organization).rows() if row["id"] == agent.id)
        agents = [each["id"] for each in api.get("/api/v1/agents").json()]
        places.append((agent.id in agents, row["inboxes"], row["teams"]))

    assert places == [(False, [], []), (True, ["General", "Escalations"], [])]


@pytest.mark.usefixtures("app_on")
def test_deactivated_agents_conversations_are_nobodys(
    *, control: httpx.Client, here: str, organization: Organization, begin: Begin, receiver: Receiver
) -> None:
    """What a deactivated agent had and is not closed stays in its inbox, with the reason USER_DEACTIVATION."""
    conversation = begin(by_agent=True)
    receiver.forget()
    agent = organization.users.with_role(Role.AGENT)[0]
    who = as_role(organization, Role.ADMINISTRATOR)
    control.patch(f"{here}/users/{agent.id}", json={"active": False}, headers=who)
    (event,) = receiver.events

    assert (event["type"], event["content"]["reason"]) == (
        "CONVERSATION_ASSIGNEE/UPDATED",
        "USER_DEACTIVATION",
    )
    assert event["content"]["assignee"] == {"inboxId": conversation.assignee.inbox_id}
    assert event["content"]["context"]["assignee"]["agentId"] == agent.id
    assert organization.conversations.get(conversation.id).assignee.agent_id is None


@pytest.mark.usefixtures("one_administrator")
def test_last_administrator_stays(organization: Organization, admin: User) -> None:
    """The only Administrator can neither lose the role nor be deactivated; of two, one can."""
    with pytest.raises(InvalidError):
        UserSettings(organization).deactivate(admin.id, admin)
    with pytest.raises(InvalidError):
        UserSettings(organization).change_roles(admin.id, frozenset({Role.AGENT}), admin)
    other = organization.users.with_role(Role.TEAM_MANAGER)[0]
    UserSettings(organization).change_roles(other.id, frozenset({Role.ADMINISTRATOR}), admin)
    UserSettings(organization).deactivate(admin.id, other)

    assert organization.users.with_role(Role.ADMINISTRATOR) == [other]


def test_unknown_user_404(control: httpx.Client, here: str) -> None:
    """A user whom nobody knows cannot be changed."""
    assert control.patch(f"{here}/users/nope", json={"active": False}).status_code == 404


def test_password_given_along_makes_a_user_at_once(
    control: httpx.Client, here: str, organization: Organization
) -> None:
    """The control plane may add a user who has accepted, whose password is in no journal."""
    asked = {"name": "Kim", "email": "kim@shop.example", "roles": ["Agent"], "password": PASSWORD}
    made = control.post(f"{here}/users", json=asked).json()

    user = organization.users.log_in("kim@shop.example", PASSWORD)
    assert user is not None
    assert user.id == made["id"]
    assert PASSWORD not in str(control.get(f"{here}/journal").json())
