"""Settings > Users and Settings > Conversation Workflow."""

import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.settings import workflow
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.pages.conftest import actions, user_of
from tests.gladly.pages.test_apps import errors, form
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node

USERS, NEW, WORKFLOW = "/admin/users", "/admin/users/new", "/admin/conversation-workflow"


def row(page: Node, email: str) -> list[str]:
    """Return the cells of the user with this address."""
    (found,) = [cells for cells in _rows(page) if cells[1] == email]
    return found


def _rows(page: Node) -> list[list[str]]:
    body = page.one("table").one("tbody")
    return [[cell.text for cell in row.children if isinstance(cell, Node)] for row in body.all("tr")]


def invite(browser: Browser, status: int = 200, **fields: str | list[str]) -> Node:
    """Invite a user by the pages."""
    browser.open(USERS)
    browser.follow("Add User")
    filled: dict[str, str | list[str]] = {
        "name": "Eve",
        "email": "eve@shop.example",
        "role": [Role.API_USER, Role.AGENT],
    }
    return browser.send(form(browser.page), filled | fields, status=status)


def test_list(admin: Browser, organization: Organization) -> None:
    """The list has Gladly's columns and everybody's row."""
    page = admin.open(USERS)
    user = user_of(organization, Role.AGENT)

    assert [head.text for head in page.one("thead").all("th")] == [
        "Name",
        "Email",
        "Roles",
        "Teams",
        "Inboxes",
        "Status",
    ]
    assert row(page, user.email) == [
        user.name,
        user.email,
        "Agent",
        "Everyone",
        "General, Escalations",
        "Active",
    ]
    assert len(_rows(page)) == 5


def test_invited_user_accepts_and_is_in(
    admin: Browser, stranger: Browser, organization: Organization
) -> None:
    """The link of an invitation stands on the page once; whoever follows it chooses a password and is signed in."""
    page = invite(admin)
    link, invited = page.link("accept the invitation"), row(page, "eve@shop.example")
    again = admin.open(USERS)
    asked = stranger.open(link)
    refused = stranger.send(asked.one("form"), {"password": " "}, status=422)
    stranger.send(refused.one("form"), {"password": "sesame-99"})

    assert invited[2:] == ["Agent, API User", "-", "-", "Invited"]
    assert again.all("a", "accept the invitation") == []
    assert errors(refused) == {"password": "Password cannot be blank."}
    assert stranger.path == "/customers"
    assert row(admin.open(USERS), "eve@shop.example")[-1] == "Active"
    assert "sesame-99" not in str(organization.journal.entries())
    assert actions(organization)[-2:] == ["invited eve@shop.example", "accepted the invitation"]


def test_link_is_good_once(admin: Browser, stranger: Browser) -> None:
    """A used link, and one that was made up, is refused with the rules' words."""
    link = invite(admin).link("accept the invitation")
    stranger.send(stranger.open(link).one("form"), {"password": "sesame-99"})
    text = "The invitation does not exist or has expired."
    for path in (link, link[:-1] + "_", "/invitations/nobody/nothing"):
        page = stranger.send(stranger.open(path).one("form"), {"password": "other"}, status=422)
        assert page.one("p", role="alert").text in {text, "The invitation does not exist."}


def test_no_journal_holds_an_invitation(
    admin: Browser, stranger: Browser, organization: Organization, fake: GladlyFake
) -> None:
    """The code of an invitation that was looked at stands in neither journal: it lets somebody in."""
    link = invite(admin).link("accept the invitation")
    code = link.rpartition("/")[2]
    stranger.open(link)

    written = [
        str(entry.as_json())
        for journal in (fake.journal, organization.journal)
        for entry in journal.entries()
    ]
    assert [line for line in written if code in line] == []
    assert [line for line in written if "/invitations/" in line] != []


def test_what_is_wrong_with_a_user_stands_beside_its_field(admin: Browser) -> None:
    """Name, address and roles are needed, the address is nobody else's; what was filled in stays."""
    page = invite(admin, 422, name="", email="nonsense", role=[])
    clash = invite(admin, 422, email=" Agent@shop-example.gladly-demo.com ")

    assert errors(page) == {
        "name": "Name cannot be blank.",
        "email": "Invalid email address.",
        "roles": "A user needs at least one role.",
    }
    assert list(errors(clash)) == ["email"]
    assert clash.field("Name").attributes["value"] == "Eve"
    assert "checked" in clash.field("API User").attributes


def test_roles_that_exclude_each_other(admin: Browser) -> None:
    """Liveboards Only and Task User together are refused."""
    page = invite(admin, 422, role=[Role.LIVEBOARDS_ONLY, Role.TASK_USER])
    assert errors(page) == {"roles": "Liveboards Only and Task User cannot be combined."}


def test_advice_is_given_and_not_enforced(admin: Browser, organization: Organization) -> None:
    """An API User who is neither Agent nor Administrator is invited, with the advice to combine the roles."""
    page = invite(admin, role=[Role.API_USER])

    assert page.one("p", role="status").text.startswith("API User should be combined with")
    assert organization.users.by_email("eve@shop.example") is not None


def test_changing_roles(admin: Browser, organization: Organization) -> None:
    """The form shows the roles that are held, and saves others."""
    user = user_of(organization, Role.AGENT)
    admin.open(USERS)
    admin.follow(user.name)
    held = [box.attributes["value"] for box in admin.page.all("input", name="role", checked="")]
    page = admin.send(form(admin.page), {"role": [Role.TEAM_MANAGER, Role.API_USER]})

    assert held == ["Agent"]
    assert user.roles == {Role.TEAM_MANAGER, Role.API_USER}
    assert row(page, user.email)[2] == "Team Manager, API User"


@pytest.mark.usefixtures("one_administrator")
def test_last_administrator_stays(admin: Browser, organization: Organization) -> None:
    """The only Administrator can neither give the role away nor be deactivated."""
    user = user_of(organization, Role.ADMINISTRATOR)
    admin.open(USERS)
    admin.follow(user.name)
    page = admin.send(form(admin.page), {"role": [Role.AGENT]}, status=422)
    standing = page.one("form", action=f"{USERS}/{user.id}/deactivate")
    refused = admin.send(standing, status=422)

    assert errors(page) == errors(refused) == {"roles": "An organization needs an Administrator."}
    assert (user.roles, user.deactivated) == (frozenset({Role.ADMINISTRATOR}), False)


def test_deactivating_and_reactivating(admin: Browser, organization: Organization) -> None:
    """A user is deactivated and reactivated by their page."""
    user = user_of(organization, Role.AGENT)
    statuses = []
    for what in ("deactivate", "reactivate"):
        page = admin.open(f"{USERS}/{user.id}")
        page = admin.send(page.one("form", action=f"{USERS}/{user.id}/{what}"))
        statuses.append(row(page, user.email)[-1])

    assert statuses == ["Deactivated", "Active"]


def test_deactivation_signs_out_for_good(admin: Browser, agent: Browser, organization: Organization) -> None:
    """Whoever is deactivated is signed out, and stays so when they are reactivated."""
    user = user_of(organization, Role.AGENT)
    agent.open("/customers")
    for what in ("deactivate", "reactivate"):
        page = admin.open(f"{USERS}/{user.id}")
        admin.send(page.one("form", action=f"{USERS}/{user.id}/{what}"))
    agent.open("/customers")

    assert agent.path.startswith("/login?")


def test_expired_invitation_is_sent_again(
    admin: Browser, organization: Organization, runtime: Runtime
) -> None:
    """After 24 hours an invitation has expired; another one makes the user invited again."""
    invite(admin)
    runtime.clock.advance(24 * 3600)
    user = organization.users.by_email("eve@shop.example")
    assert user is not None
    expired = row(admin.open(USERS), user.email)[-1]
    page = admin.open(f"{USERS}/{user.id}")
    page = admin.send(page.one("form", action=f"{USERS}/{user.id}/invite"))

    assert (expired, row(page, user.email)[-1]) == ("Invitation Expired", "Invited")
    assert page.link("accept the invitation")


def test_nothing_else_can_be_done(admin: Browser, organization: Organization) -> None:
    """What no button does is not found."""
    path = f"{USERS}/{user_of(organization, Role.AGENT).id}/promote"
    assert admin.client.post(path, data={}).status_code == 404


def test_workflow_is_saved(admin: Browser, organization: Organization) -> None:
    """The reopen window and the topic rule are shown as they stand, and saved."""
    page = admin.open(WORKFLOW)
    before = page.field("Conversation Reopen Window (hours)").attributes["value"]
    page = admin.send(form(page), {"window": " 1.5", "topic_required": "true"})

    assert before == "24"
    assert page.one("p", role="status").text == "Conversation Workflow was saved."
    assert "checked" in page.field(workflow.TOPIC_LABEL).attributes
    switches = organization.switches
    assert (switches.reopen_window_hours, switches.topic_required_to_close) == (1.5, True)
    assert actions(organization)[-1] == "set the reopen window to 1.5 hours, topics required"


@pytest.mark.parametrize("window", ["", "soon", "-1", "nan", "inf", "8761", "1e9"])
def test_window_is_a_number_of_hours(admin: Browser, organization: Organization, window: str) -> None:
    """What is no number of hours up to a year is refused beside the field, and nothing is saved."""
    page = admin.send(form(admin.open(WORKFLOW)), {"window": window, "topic_required": "true"}, status=422)

    assert errors(page) == {"window": "The window must be a number of hours from 0 to 8760."}
    assert page.field("Conversation Reopen Window (hours)").attributes["value"] == window
    assert (organization.switches.reopen_window_hours, organization.switches.topic_required_to_close) == (
        24,
        False,
    )
