"""Settings > Apps with several apps: adding, saving what is stale, deleting, and where the events of each go."""

from typing import Any

import httpx
import pytest

from fakes.gladly.rules.errors import OutdatedError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK, Receiver
from tests.gladly.test_apps import INSTALL, KEY, as_role

CONNECTOR = {"webhook_url": HOOK + "/2", "username": "hook-user", "password": "hook-pass-5151"}
NEW: dict[str, Any] = {"name": "Klaviyo", "private_key": KEY}


@pytest.fixture
def added(control: httpx.Client, here: str) -> str:
    """The path of an app that was added on the page."""
    return f"{here}/apps/{control.post(f'{here}/apps', json=NEW).json()['id']}"


def switch(control: httpx.Client, path: str, *, on: bool) -> httpx.Response:
    """Click an app's toggle."""
    return control.put(f"{path}/active", json={"active": on})


def test_form_for_another_app(control: httpx.Client, here: str) -> None:
    """Add App > Klaviyo shows an empty form with the setting off."""
    form = control.get(f"{here}/apps/new").json()

    assert form["heading"] == "Add New Klaviyo App"
    assert [(each["label"], each["value"]) for each in form["fields"]] == [
        ("Name", ""),
        ("Klaviyo Private API Key", ""),
    ]
    assert [(each["label"], each["value"]) for each in form["settings"]] == [
        ("Do Not Create New Klaviyo Customers", False)
    ]


def test_added_app_is_on_and_keeps_its_key_to_itself(
    control: httpx.Client, here: str, added: str, organization: Organization
) -> None:
    """Save App adds an app that is on and has a key, which is shown nowhere."""
    form = control.get(added).json()
    rows = control.get(f"{here}/apps").json()

    assert [(row["name"], row["type"], row["active"]) for row in rows] == [("Klaviyo", "Klaviyo", True)]
    assert (form["heading"], form["private_key_set"]) == ("Edit Klaviyo App", True)
    assert KEY not in str(form) + str(rows) + str(organization.journal.entries())


def test_added_app_sends_nothing_until_it_is_pointed_somewhere(
    control: httpx.Client, added: str, api: httpx.Client, receiver: Receiver
) -> None:
    """An app added on the page has no address; pointed at one, that answers PING and gets what comes then."""
    api.post("/api/v1/customer-profiles", json={"id": "c1"})
    silent = list(receiver.types)
    pointed = control.put(f"{added}/connector", json=CONNECTOR)
    api.post("/api/v1/customer-profiles", json={"id": "c2"})

    assert (silent, pointed.status_code) == ([], 200)
    assert receiver.types == ["PING", "CUSTOMER_PROFILE/CREATED"]
    assert str(receiver.requests[-1].url) == HOOK + "/2"
    assert control.get(added).json()["private_key_set"] is True


@pytest.mark.usefixtures("added")
def test_installing_points_the_added_app(
    control: httpx.Client, here: str, organization: Organization
) -> None:
    """The control plane's install finds the app that was added first, keeps its key, and points it."""
    (before,) = organization.apps
    answer = control.put(f"{here}/app", json=INSTALL)

    assert (answer.json()["id"], answer.json()["active"]) == (before.id, True)
    assert (before.connector.settings.url, before.key_fingerprint is not None) == (HOOK, True)


def test_connector_that_does_not_answer_ping_is_refused(
    control: httpx.Client, added: str, receiver: Receiver, organization: Organization
) -> None:
    """An app that is on is not pointed at an address that does not answer; one that is off is, unasked."""
    receiver.status = 500
    refused = control.put(f"{added}/connector", json=CONNECTOR)
    (app,) = organization.apps
    still = app.connector.settings.url
    switch(control, added, on=False)
    pointed = control.put(f"{added}/connector", json=CONNECTOR)

    assert (refused.status_code, still) == (400, "")
    assert (pointed.status_code, app.connector.settings.url, app.active) == (200, HOOK + "/2", False)


@pytest.mark.parametrize("change", [{"name": " "}, {"name": "Klaviyo"}, {"private_key": "  "}])
def test_what_cannot_be_added(control: httpx.Client, here: str, added: str, change: dict[str, str]) -> None:
    """Another app needs a name of its own and a key."""
    assert added
    refused = control.post(f"{here}/apps", json=NEW | {"name": "Klaviyo EU"} | change)

    assert refused.status_code == 400
    assert len(control.get(f"{here}/apps").json()) == 1


def test_setting_is_kept_and_left_alone(
    control: httpx.Client, here: str, added: str, organization: Organization
) -> None:
    """Do Not Create New Klaviyo Customers is off, can be switched on, and stays when it is not sent along."""
    values = [control.get(added).json()["settings"][0]["value"]]
    for body in ({"existing_only": True}, {}, {"existing_only": False}):
        control.patch(added, json={"name": "Klaviyo"} | body)
        values.append(control.get(added).json()["settings"][0]["value"])
    control.post(f"{here}/apps", json=NEW | {"name": "Klaviyo EU", "existing_only": True})

    assert values == [False, True, True, False]
    assert [app.existing_only for app in organization.apps] == [False, True]


def test_stale_form_is_refused_and_nothing_is_lost(
    control: httpx.Client, added: str, organization: Organization
) -> None:
    """Of two admins with the form open, the one who saves last is told; what the first saved stays."""
    version = control.get(added).json()["version"]
    first = control.patch(added, json={"name": "First", "existing_only": True, "version": version})
    last = control.patch(added, json={"name": "Last", "private_key": KEY[:-1] + "9", "version": version})
    (app,) = organization.apps
    kept = (app.name, app.existing_only, app.key_fingerprint)
    again = control.patch(added, json={"name": "Last", "version": control.get(added).json()["version"]})

    assert (first.status_code, last.status_code, again.status_code) == (200, 409, 200)
    assert "nothing was saved" in last.json()["error"]
    assert kept[:2] == ("First", True)
    assert app.key_fingerprint == kept[2]
    assert KEY[:-1] + "9" not in str(organization.journal.entries())


def test_toggle_does_not_make_a_form_stale(control: httpx.Client, added: str) -> None:
    """The toggle is beside the form: clicking it meanwhile leaves the form good."""
    version = control.get(added).json()["version"]
    switch(control, added, on=False)

    assert control.patch(added, json={"name": "K", "version": version}).status_code == 200


def test_pointing_elsewhere_makes_a_form_stale(organization: Organization) -> None:
    """A form that was opened before the app was renamed from elsewhere is stale."""
    app = organization.apps.add("Klaviyo", KEY)
    before = app.version
    organization.apps.save(app, "Klaviyo US")
    with pytest.raises(OutdatedError):
        organization.apps.save(app, "Klaviyo", version=before)

    assert app.name == "Klaviyo US"


def test_app_is_deleted_only_when_off(control: httpx.Client, here: str, added: str) -> None:
    """An app that is on stays; switched off it goes, and its name is free again."""
    refused = control.delete(added)
    switch(control, added, on=False)
    gone = control.delete(added)

    assert (refused.status_code, "switched off" in refused.json()["error"]) == (400, True)
    assert (gone.status_code, control.get(added).status_code) == (204, 404)
    assert control.post(f"{here}/apps", json=NEW).status_code == 201


def test_apps_are_switched_and_heard_on_their_own(
    *, control: httpx.Client, here: str, added: str, api: httpx.Client, receiver: Receiver
) -> None:
    """Of two apps, each has its toggle, its connector and its log."""
    other = f"{here}/apps/" + control.post(f"{here}/apps", json=NEW | {"name": "Klaviyo EU"}).json()["id"]
    for number, path in ((1, added), (2, other)):
        control.put(f"{path}/connector", json=CONNECTOR | {"webhook_url": f"{HOOK}/{number}"})
    receiver.forget()
    switch(control, added, on=False)
    api.post("/api/v1/customer-profiles", json={})

    assert [str(request.url) for request in receiver.requests] == [f"{HOOK}/2"]
    assert [len(control.get(f"{path}/deliveries").json()) for path in (added, other)] == [0, 1]


def test_retry_of_a_deleted_app_is_not_made(
    *, control: httpx.Client, added: str, api: httpx.Client, receiver: Receiver, fake: GladlyFake
) -> None:
    """What a deleted app has yet to try again is lost."""
    control.put(f"{added}/connector", json=CONNECTOR)
    receiver.status = 500
    api.post("/api/v1/customer-profiles", json={})
    switch(control, added, on=False)
    control.delete(added)
    receiver.forget()
    fake.runtime.clock.advance(3600)

    assert receiver.types == []


@pytest.mark.usefixtures("one_administrator")
@pytest.mark.parametrize("role", [Role.AGENT, Role.API_USER, Role.COMPLIANCE_ADMINISTRATOR])
def test_only_administrators_add_and_delete(
    *, control: httpx.Client, here: str, added: str, organization: Organization, role: Role
) -> None:
    """Every call about several apps is refused to other roles, and nothing changes."""
    who = as_role(organization, role)
    refused = [
        control.get(f"{here}/apps/new", headers=who),
        control.post(f"{here}/apps", json=NEW | {"name": "Mine"}, headers=who),
        control.get(added, headers=who),
        control.patch(added, json={"name": "Mine"}, headers=who),
        control.put(f"{added}/active", json={"active": False}, headers=who),
        control.put(f"{added}/connector", json=CONNECTOR, headers=who),
        control.get(f"{added}/deliveries", headers=who),
        control.delete(added, headers=who),
    ]

    assert [each.status_code for each in refused] == [403] * len(refused)
    assert [(app.name, app.active) for app in organization.apps] == [("Klaviyo", True)]


@pytest.mark.parametrize("tail", ["", "/deliveries"])
def test_unknown_app_404(control: httpx.Client, here: str, tail: str) -> None:
    """An app that nobody installed is 404."""
    assert control.get(f"{here}/apps/nope{tail}").status_code == 404
