"""Settings > Webhooks: the form, what a blank field means, who may, the list's warning, the log."""

from dataclasses import replace

import httpx
import pytest

from fakes.core.tenants import Runtime
from fakes.gladly.rules.errors import InvalidError, NotExistError, RoleError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.users.users import Role, User
from fakes.gladly.rules.webhooks.form import Filled, shown
from fakes.gladly.rules.webhooks.webhooks import Webhook
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK, Receiver
from tests.gladly.test_apps import as_role

FILLED = Filled(
    "CSAT",
    HOOK,
    ("CUSTOMER_PROFILE/CREATED",),
    enabled=True,
    username="hook-user",
    password="hook-pass-5152",
    headers={"X-Gladly-Token": "token-5153"},
)


@pytest.fixture
def by(provisioned: ProvisionedOrganization) -> User:
    """The API user."""
    return provisioned.api_user


@pytest.fixture
def webhook(fake: GladlyFake, organization: Organization, by: User) -> Webhook:
    """A webhook that was saved on the page."""
    return fake.set_up_webhook(organization, FILLED.settings(None), by=by)


def test_saving_an_enabled_webhook_pings_it(
    webhook: Webhook, receiver: Receiver, organization: Organization, by: User
) -> None:
    """A webhook saved enabled gets a PING with its credentials and headers, and stands in the list."""
    (ping,) = receiver.requests

    assert receiver.types == ["PING"]
    assert ping.headers["X-Gladly-Token"] == "token-5153"
    assert ping.headers["Authorization"].startswith("Basic ")
    assert [each.row() for each in organization.webhooks.rows(by)] == [
        {"id": webhook.id, "name": "CSAT", "url": HOOK, "enabled": True, "deactivated": False}
    ]


def test_webhook_that_does_not_answer_is_not_saved(
    fake: GladlyFake, organization: Organization, by: User, receiver: Receiver
) -> None:
    """An answer other than 200 to PING keeps the form from being saved."""
    receiver.status = 204
    with pytest.raises(InvalidError, match="ping"):
        fake.set_up_webhook(organization, FILLED.settings(None), by=by)

    assert organization.webhooks.rows(by) == []


def test_form_shows_no_secret(webhook: Webhook) -> None:
    """The edit form has a heading with the name; of credentials and headers it tells no value."""
    form = shown(webhook)

    assert (form["heading"], shown(None)["heading"]) == ("Edit CSAT", "Create Webhook")
    assert (form["has_credentials"], form["headers"]) == (True, ["X-Gladly-Token"])
    assert not {"hook-pass-5152", "token-5153", "hook-user"} & set(str(form).split("'"))


def test_blank_secrets_keep_what_is_stored(
    fake: GladlyFake, organization: Organization, by: User, webhook: Webhook
) -> None:
    """Saved with blank secrets, a webhook keeps its credentials and the value of each header that is still there."""
    form = replace(
        FILLED, name="CSAT 2", username="", password="", headers={"X-Gladly-Token": "", "X-New": "n"}
    )
    fake.set_up_webhook(organization, form.settings(webhook), webhook.id, by=by)
    kept = webhook.settings

    assert (kept.name, kept.credentials) == ("CSAT 2", FILLED.settings(None).credentials)
    assert kept.headers == {"X-Gladly-Token": "token-5153", "X-New": "n"}


def test_header_that_is_left_out_goes(webhook: Webhook) -> None:
    """A header that is taken off the form is not sent any more."""
    assert replace(FILLED, headers={}).settings(webhook).headers == {}


@pytest.mark.parametrize("change", [{"username": ""}, {"password": ""}])
def test_half_a_pair_of_credentials_is_refused(webhook: Webhook, change: dict[str, str]) -> None:
    """A username needs a password, and the other way round."""
    with pytest.raises(InvalidError, match="cannot be blank"):
        replace(FILLED, **change).settings(webhook)  # type: ignore[arg-type] # both fields are texts


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AGENT])
def test_only_api_users_have_a_webhooks_page(
    *,
    fake: GladlyFake,
    control: httpx.Client,
    here: str,
    organization: Organization,
    webhook: Webhook,
    role: Role,
) -> None:
    """Without the role API User there is neither list, form, save, deletion nor log."""
    other = organization.users.with_role(role)[0]
    with pytest.raises(RoleError):
        organization.webhooks.rows(other)
    with pytest.raises(RoleError):
        organization.webhooks.get(webhook.id, other)
    with pytest.raises(RoleError):
        organization.webhooks.remove(webhook.id, other)
    with pytest.raises(RoleError):
        fake.set_up_webhook(organization, FILLED.settings(webhook), webhook.id, by=other)
    log = control.get(f"{here}/webhooks/{webhook.id}/deliveries", headers=as_role(organization, role))

    assert (log.status_code, len(list(organization.webhooks))) == (403, 1)


def test_unknown_webhook_cannot_be_changed(fake: GladlyFake, organization: Organization, by: User) -> None:
    """Saving a webhook that is gone is refused before anything is pinged."""
    with pytest.raises(NotExistError):
        fake.set_up_webhook(organization, FILLED.settings(None), "nope", by=by)


def test_list_warns_of_a_deactivated_webhook_and_the_log_says_why(
    *,
    control: httpx.Client,
    here: str,
    api: httpx.Client,
    webhook: Webhook,
    organization: Organization,
    receiver: Receiver,
    runtime: Runtime,
    by: User,
) -> None:
    """After its last retry failed the list warns; the log has Success, Debug and Error; enabling clears the warning."""
    api.post("/api/v1/customer-profiles", json={})
    receiver.status = 500
    api.post("/api/v1/customer-profiles", json={})
    runtime.clock.advance(3600)
    warned = webhook.row()
    path = f"{here}/webhooks/{webhook.id}/deliveries"
    log = control.get(path, headers=as_role(organization, Role.API_USER)).json()
    receiver.status = 200
    api.patch(f"/api/v1/webhooks/{webhook.id}", json={"enabled": True})

    assert (warned["enabled"], warned["deactivated"]) == (False, True)
    assert [row["status"] for row in log] == ["Success", *["Debug"] * 4, "Error"]
    assert (organization.webhooks.rows(by)[0].row()["deactivated"], webhook.enabled) == (False, True)


def test_secrets_of_a_form_are_in_no_journal(
    organization: Organization, webhook: Webhook, api: httpx.Client
) -> None:
    """What is typed into the form's secret fields is not written down anywhere, not even when somebody repeats it."""
    api.post("/api/v1/customer-profiles", json={"name": "hook-pass-5152", "address": "token-5153"})
    written = str(organization.journal.entries()) + str(webhook.log) + repr(webhook)

    assert "hook-pass-5152" not in written
    assert "token-5153" not in written
