"""The demo data of ``python -m fakes``: a shop whose app has been at work for a day, made through the fakes' own APIs."""

import base64
from datetime import timedelta
from typing import Any

import httpx

from fakes.core.inprocess import InProcess
from fakes.gladly.fake import GladlyFake
from fakes.gladly.rules.founding import Founded
from fakes.klaviyo.fake import KlaviyoFake
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.scopes import AccessLevel

CUSTOMERS = {
    "Ann Lee": ["ann.lee@mail.sandbox.gladly.qa"],
    "Ben Ortiz": ["ben.ortiz@mail.sandbox.gladly.qa", "ben@home.sandbox.gladly.qa"],
    "Chidi Obi": ["chidi@mail.sandbox.gladly.qa"],
    "Dora Fuchs": [],
}
STARTED, CLOSED = "started conversation in Gladly", "closed conversation in Gladly"
MARK = "In Gladly Conversation"


def furnish(klaviyo: KlaviyoFake, account: Account, gladly: GladlyFake, founded: Founded) -> None:
    """Give the organization customers, and the account the events of their conversations of the last day."""
    _add_customers(gladly, founded)
    key = account.keys.create(None, "Development", AccessLevel.FULL).secret
    with httpx.Client(transport=InProcess(klaviyo.app), base_url="http://localhost") as client:
        addresses = [email for emails in CUSTOMERS.values() for email in emails]
        for number, email in enumerate(addresses):
            _send(client, key, account, STARTED, email, hours_ago=20 - number)
            if number % 2 == 0:
                _send(client, key, account, CLOSED, email, hours_ago=6 - number)


def _add_customers(gladly: GladlyFake, founded: Founded) -> None:
    credentials = base64.b64encode(f"{founded.api_user.email}:{founded.token}".encode()).decode()
    with httpx.Client(transport=InProcess(gladly.app), base_url="http://localhost") as client:
        for name, emails in CUSTOMERS.items():
            profile: dict[str, Any] = {"name": name, "emails": [{"original": email} for email in emails]}
            client.post(
                "/api/v1/customer-profiles", json=profile, headers={"Authorization": f"Basic {credentials}"}
            ).raise_for_status()


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
    client.post(
        "/api/events",
        json={"data": {"type": "event", "attributes": attributes}},
        headers={"Authorization": f"Klaviyo-API-Key {key}", "revision": "2026-07-15"},
    ).raise_for_status()
