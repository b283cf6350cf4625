"""The Klaviyo App in Settings > Apps: who may, when a key is needed, what is shown, what the toggle does."""

from typing import Any

import httpx
import pytest

from fakes.core.control.plane import USER_HEADER
from fakes.core.tenants import Runtime
from fakes.gladly.rules.apps.apps import Installation
from fakes.gladly.rules.errors import InvalidError, RoleError
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK, Begin, Receiver
from tests.gladly.test_conversations import FORCE, at

KEY = "pk_0123456789abcdef0123456789abcdef01"
INSTALL: dict[str, Any] = {
    "name": "Klaviyo",
    "webhook_url": HOOK,
    "username": "hook-user",
    "password": "hook-pass-5150",
    "enabled": True,
}


def as_role(organization: Organization, role: Role) -> dict[str, str]:
    """Return the header that acts as a user who holds ``role``."""
    return {USER_HEADER: organization.users.with_role(role)[0].email}


def test_installing_pings_and_shows_the_row(
    control: httpx.Client, here: str, receiver: Receiver, organization: Organization
) -> None:
    """An app installed enabled has its address pinged and stands on the Apps page with a green toggle."""
    answer = control.put(f"{here}/app", json=INSTALL)
    (app,) = organization.apps

    assert (answer.status_code, receiver.types) == (200, ["PING"])
    assert answer.json() == {"id": app.id, "name": "Klaviyo", "type": "Klaviyo", "active": True}
    assert control.get(f"{here}/apps").json() == [answer.json()]


@pytest.mark.parametrize("status", [204, 500])
def test_installing_needs_a_ping_answered_200(
    control: httpx.Client, here: str, receiver: Receiver, status: int
) -> None:
    """An address that does not answer PING with 200 is refused, and nothing is installed."""
    receiver.status = status
    refused = control.put(f"{here}/app", json=INSTALL)

    assert refused.status_code == 400
    assert "PING" in refused.json()["error"]
    assert control.get(f"{here}/apps").json() == []


def test_installing_switched_off_sends_no_ping(control: httpx.Client, here: str, receiver: Receiver) -> None:
    """An app installed off is not pinged and shows a grey toggle."""
    answer = control.put(f"{here}/app", json=INSTALL | {"enabled": False})

    assert (answer.json()["active"], receiver.types) == (False, [])


@pytest.mark.usefixtures("app_on")
def test_pointing_elsewhere_keeps_the_app_and_its_key(
    control: httpx.Client, here: str, receiver: Receiver, organization: Organization
) -> None:
    """The same app sends elsewhere; its key stays and what is upgraded stays so."""
    (before,) = control.get(f"{here}/apps").json()
    control.patch(f"{here}/app", json={"name": "Klaviyo", "private_key": KEY})
    answer = control.put(f"{here}/app", json=INSTALL | {"webhook_url": HOOK + "/2"})

    assert answer.json()["id"] == before["id"]
    assert str(receiver.requests[-1].url) == HOOK + "/2"
    assert control.get(f"{here}/app").json()["private_key_set"] is True
    assert organization.apps.first().upgraded is True


@pytest.mark.usefixtures("app_on")
def test_failed_pointing_elsewhere_changes_nothing(
    control: httpx.Client, here: str, receiver: Receiver, organization: Organization
) -> None:
    """When the new address does not answer PING, the app keeps sending to the old one."""
    receiver.status = 500
    refused = control.put(f"{here}/app", json=INSTALL | {"webhook_url": HOOK + "/2", "name": "Other"})
    (app,) = organization.apps

    assert refused.status_code == 400
    assert (app.name, app.connector.settings.url) == ("Klaviyo", HOOK)


@pytest.mark.usefixtures("app_on")
def test_edit_form_as_shown(control: httpx.Client, here: str) -> None:
    """The form has a heading, a description and two fields with labels and helps; the key field is empty."""
    form = control.get(f"{here}/app").json()

    assert form["heading"] == "Edit Klaviyo App"
    assert form["description"].startswith("The Gladly-Klaviyo integration enables you to segment customers")
    assert [(each["label"], each["value"]) for each in form["fields"]] == [
        ("Name", "Klaviyo"),
        ("Klaviyo Private API Key", ""),
    ]
    assert form["fields"][0]["help"] == "This is the name that will be displayed throughout Gladly"
    assert form["fields"][1]["help"].startswith("Used to authenticate API requests to Klaviyo.")
    assert form["private_key_set"] is False


@pytest.mark.usefixtures("app_on")
def test_key_is_kept_as_a_fingerprint_and_never_shown(
    control: httpx.Client, here: str, organization: Organization
) -> None:
    """After saving, the form says that a key is set and nothing anywhere shows it."""
    saved = control.patch(f"{here}/app", json={"name": "Klaviyo", "private_key": f"  {KEY}\n"})
    form = control.get(f"{here}/app").json()
    (app,) = organization.apps

    assert (saved.status_code, form["private_key_set"]) == (200, True)
    assert form["fields"][1]["value"] == ""
    assert KEY not in saved.text + str(form) + repr(app) + str(vars_of(app))


def vars_of(app: object) -> dict[str, object]:
    """Return all fields of an object with slots."""
    return {name: getattr(app, name) for name in app.__class__.__slots__}  # type: ignore[attr-defined] # dataclass(slots=True)


@pytest.mark.usefixtures("app_on")
def test_before_the_upgrade_no_key_is_needed(
    control: httpx.Client, here: str, organization: Organization
) -> None:
    """Before the upgrade the app can be saved without a key, which does not upgrade it."""
    saved = control.patch(f"{here}/app", json={"name": "Klaviyo EU"})
    (app,) = organization.apps

    assert (saved.status_code, saved.json()["name"], app.upgraded) == (200, "Klaviyo EU", False)


@pytest.mark.usefixtures("app_on")
@pytest.mark.parametrize("key", ["", "   "])
def test_after_the_upgrade_a_key_is_needed(
    control: httpx.Client, here: str, organization: Organization, key: str
) -> None:
    """An upgraded app that has no key cannot be saved without one, and keeps its name."""
    control.put(f"{here}/app", json=INSTALL | {"upgraded": True})
    refused = control.patch(f"{here}/app", json={"name": "Klaviyo EU", "private_key": key})
    (app,) = organization.apps

    assert refused.status_code == 400
    assert "Klaviyo Private API Key" in refused.json()["error"]
    assert app.name == "Klaviyo"


@pytest.mark.usefixtures("app_on")
def test_first_key_upgrades_and_a_blank_field_keeps_it(
    control: httpx.Client, here: str, organization: Organization
) -> None:
    """The first key saved upgrades the app; saving again with a blank field keeps that key."""
    control.patch(f"{here}/app", json={"name": "Klaviyo", "private_key": KEY})
    (app,) = organization.apps
    first = app.key_fingerprint
    saved = control.patch(f"{here}/app", json={"name": "Klaviyo EU"})

    assert (app.upgraded, saved.status_code, app.key_fingerprint) == (True, 200, first)


@pytest.mark.usefixtures("app_on")
def test_another_key_takes_the_place_of_the_first(
    control: httpx.Client, here: str, organization: Organization
) -> None:
    """A key given later replaces the one stored."""
    (app,) = organization.apps
    control.patch(f"{here}/app", json={"name": "Klaviyo", "private_key": KEY})
    first = app.key_fingerprint
    control.patch(f"{here}/app", json={"name": "Klaviyo", "private_key": KEY[:-1] + "2"})

    assert app.key_fingerprint not in {None, first}


@pytest.mark.usefixtures("app_on")
@pytest.mark.parametrize("name", ["", "  "])
def test_name_cannot_be_blank(control: httpx.Client, here: str, name: str) -> None:
    """The app cannot be saved without a name."""
    assert control.patch(f"{here}/app", json={"name": name, "private_key": KEY}).status_code == 400


@pytest.mark.usefixtures("app_on")
def test_name_is_unique_among_apps(organization: Organization) -> None:
    """Two apps cannot have one name."""
    with pytest.raises(InvalidError, match="already has this name"):
        organization.apps.install(Installation("Klaviyo ", HOOK, "u", "p", enabled=False))


@pytest.mark.usefixtures("app_on", "one_administrator")
@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_MANAGER, Role.API_USER])
def test_only_administrators_may_work_on_the_apps_page(
    control: httpx.Client, here: str, organization: Organization, role: Role
) -> None:
    """Every app route is refused to other roles, and nothing changes."""
    (app,) = organization.apps
    who = as_role(organization, role)
    refused = [
        control.get(f"{here}/apps", headers=who),
        control.get(f"{here}/app", headers=who),
        control.put(f"{here}/app", json=INSTALL | {"name": "Mine"}, headers=who),
        control.patch(f"{here}/app", json={"name": "Mine", "private_key": KEY}, headers=who),
        control.put(f"{here}/app/active", json={"active": False}, headers=who),
        control.get(f"{here}/app/deliveries", headers=who),
    ]

    assert [each.status_code for each in refused] == [403] * len(refused)
    assert all("Administrator" in each.json()["error"] for each in refused)
    assert (app.name, app.active, app.upgraded, app.key_fingerprint) == ("Klaviyo", True, False, None)


@pytest.mark.usefixtures("app_on")
@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_MANAGER])
def test_only_administrators_save_and_switch_an_app(organization: Organization, role: Role) -> None:
    """The rules themselves refuse other roles, whatever door they come by; a key tried so is still kept a secret."""
    (app,) = organization.apps
    user = organization.users.with_role(Role.AGENT)[0]
    user.roles = frozenset({role})
    with pytest.raises(RoleError):
        organization.apps.save(app, "Mine", KEY, user)
    with pytest.raises(RoleError):
        organization.apps.switch(app, active=False, by=user)

    assert (app.name, app.active, app.key_fingerprint) == ("Klaviyo", True, None)
    assert KEY not in organization.secrets.redact(f"it was {KEY}")


@pytest.mark.usefixtures("app_on")
def test_administrators_may(control: httpx.Client, here: str, organization: Organization) -> None:
    """An Administrator may do all of it."""
    who = as_role(organization, Role.ADMINISTRATOR)
    answers = [
        control.get(f"{here}/apps", headers=who),
        control.get(f"{here}/app", headers=who),
        control.patch(f"{here}/app", json={"name": "Klaviyo", "private_key": KEY}, headers=who),
        control.put(f"{here}/app/active", json={"active": False}, headers=who),
        control.get(f"{here}/app/deliveries", headers=who),
    ]

    assert [each.status_code for each in answers] == [200] * len(answers)


@pytest.mark.usefixtures("app_on")
def test_stranger_may_not(control: httpx.Client, here: str) -> None:
    """An address that is no user's of this organization is refused."""
    assert control.get(f"{here}/app", headers={USER_HEADER: "x@else.example"}).status_code == 403


@pytest.mark.usefixtures("app_on")
def test_switched_off_app_sends_nothing_and_gets_nothing_later(
    control: httpx.Client, here: str, receiver: Receiver, begin: Begin, api: httpx.Client
) -> None:
    """Events raised while the app is off are lost; after switching on, later ones arrive, without a PING."""
    off = control.put(f"{here}/app/active", json={"active": False})
    conversation = begin()
    silent = list(receiver.types)
    on = control.put(f"{here}/app/active", json={"active": True})
    api.patch(at(conversation), json=FORCE)

    assert (off.json()["active"], silent, on.json()["active"]) == (False, [], True)
    assert receiver.types == ["CONVERSATION/CLOSED", "CONVERSATION_STATUS/UPDATED", "CONTACT/ENDED"]


@pytest.mark.usefixtures("app_on")
def test_connector_hears_everything_that_is_raised(organization: Organization) -> None:
    """The connector gets every type the fake raises, of use to the integration or not."""
    for event_type in event_types.RAISED:
        assert len(organization.listeners(event_type)) == 1


@pytest.mark.usefixtures("app_on")
def test_connector_obeys_retries_and_deactivation(
    control: httpx.Client, here: str, receiver: Receiver, runtime: Runtime, api: httpx.Client
) -> None:
    """An integration that fails all retries has its app switched off, and the API users are told."""
    receiver.status = 500
    api.post("/api/v1/customer-profiles", json={})
    runtime.clock.advance(3600)
    (row,) = control.get(f"{here}/apps").json()
    (notice,) = control.get(f"{here}/notices").json()
    log = control.get(f"{here}/app/deliveries").json()

    assert (row["active"], "Klaviyo" in notice["text"]) == (False, True)
    assert [(each["attempt"], each["status"]) for each in log] == [
        (1, "Debug"),
        (2, "Debug"),
        (3, "Debug"),
        (4, "Debug"),
        (5, "Error"),
    ]
    assert log[0]["response"] == {"status": 500, "body": ""}


def test_several_apps_all_get_every_event(
    fake: GladlyFake, organization: Organization, receiver: Receiver, api: httpx.Client
) -> None:
    """Each active app gets each event."""
    for number in (1, 2):
        wanted = Installation(f"Klaviyo {number}", f"{HOOK}/{number}", "u", "p", enabled=True)
        organization.apps.install(wanted)
    api.post("/api/v1/customer-profiles", json={})

    assert [str(request.url) for request in receiver.requests] == [f"{HOOK}/1", f"{HOOK}/2"]
    assert len(fake.tenants) == 1


def test_without_an_app_there_is_nothing_to_edit(control: httpx.Client, here: str) -> None:
    """Before an app is installed its form is 404 and the list is empty."""
    assert control.get(f"{here}/app").status_code == 404
    assert control.get(f"{here}/apps").json() == []
