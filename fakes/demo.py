"""The demo data of ``python -m fakes``: a shop whose app has been at work for a day, still on the legacy API."""

import base64
from datetime import timedelta
from typing import Any

import httpx

from fakes.core.http.inprocess import InProcess
from fakes.gladly import app as gladly_app
from fakes.gladly.rules.apps.apps import Installation
from fakes.gladly.rules.conversations.timeline import Message
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.rules.users.users import Role
from fakes.gladly.rules.workspace import Workspace
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.scopes import AccessLevel
from fakes.klaviyo.service.fake import KlaviyoFake

CUSTOMERS = {
    "Ann Lee": ["ann.lee@mail.sandbox.gladly.qa"],
    "Ben Ortiz": ["ben.ortiz@mail.sandbox.gladly.qa", "ben@home.sandbox.gladly.qa"],
    "Chidi Obi": ["chidi@mail.sandbox.gladly.qa"],
    "Dora Fuchs": [],
}
STARTED, CLOSED = "started conversation in Gladly", "closed conversation in Gladly"
MARK = "In Gladly Conversation"
APP = "Klaviyo"


def furnish(
    klaviyo: KlaviyoFake, account: Account, gladly: GladlyFake, provisioned: ProvisionedOrganization
) -> None:
    """Give the organization customers, conversations and the app, and the account the events of the last day.

    The app is on and not yet upgraded, so that the runbook can be followed from its start; nobody hears of its events until
    the control plane points it somewhere.
    """
    _add_customers(gladly, provisioned)
    _add_conversations(gladly, provisioned)
    provisioned.organization.apps.install(Installation(APP))
    key = account.keys.create(None, "Development", AccessLevel.FULL).secret
    with httpx.Client(
        transport=InProcess(klaviyo_app.application(klaviyo)), base_url="http://localhost"
    ) as client:
        addresses = [email for emails in CUSTOMERS.values() for email in emails]
        for number, email in enumerate(addresses):
            _send(client, key, account, STARTED, email, hours_ago=20 - number)
            if number % 2 == 0:
                _send(client, key, account, CLOSED, email, hours_ago=6 - number)
        _post(client, key, "/api/segments", _segment())


def _add_customers(gladly: GladlyFake, provisioned: ProvisionedOrganization) -> None:
    credentials = base64.b64encode(f"{provisioned.api_user.email}:{provisioned.token}".encode()).decode()
    with httpx.Client(
        transport=InProcess(gladly_app.application(gladly)), base_url="http://localhost"
    ) as client:
        for name, emails in CUSTOMERS.items():
            profile: dict[str, Any] = {"name": name, "emails": [{"original": email} for email in emails]}
            client.post(
                "/api/v1/customer-profiles", json=profile, headers={"Authorization": f"Basic {credentials}"}
            ).raise_for_status()


def _add_conversations(gladly: GladlyFake, provisioned: ProvisionedOrganization) -> None:
    """Let the first customer wait for an answer, and the second have been answered and closed."""
    agent = provisioned.organization.users.with_role(Role.AGENT)[0]
    with gladly.acting(provisioned.organization) as organization:
        waiting, answered = organization.customers.all()[:2]
        organization.begin_as_customer(waiting.id, Message(text="Where is my order?"))
        workspace = Workspace(organization, agent)
        closed = workspace.open(answered.id, None, Message(text="Your parcel has left us today."))
        workspace.close(closed.id)


def _send(
    client: httpx.Client, key: str, account: Account, metric: str, email: str, *, hours_ago: int
) -> None:
    at = account.clock.now() - timedelta(hours=hours_ago)
    profile = {"email": email, "properties": {MARK: metric == STARTED}}
    attributes = {
        "properties": {},
        "time": at.isoformat(),
        "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
        "profile": {"data": {"type": "profile", "attributes": profile}},
    }
    _post(client, key, "/api/events", {"type": "event", "attributes": attributes})


def _post(client: httpx.Client, key: str, path: str, data: dict[str, Any]) -> None:
    headers = {"Authorization": f"Klaviyo-API-Key {key}", "revision": "2026-07-15"}
    client.post(path, json={"data": data}, headers=headers).raise_for_status()


def _segment() -> dict[str, Any]:
    """Return the segment that the whole integration is for: who gets no marketing mail now."""
    marked = {
        "type": "profile-property",
        "property": f"properties['{MARK}']",
        "filter": {"type": "boolean", "operator": "equals", "value": True},
    }
    definition = {"condition_groups": [{"conditions": [marked]}]}
    return {"type": "segment", "attributes": {"name": "In a Gladly conversation", "definition": definition}}
