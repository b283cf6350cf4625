"""A workbench: the service with canned answers on both sides and a clock that stands still."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import respx

from integration.service import Service
from integration.settings import Settings
from integration.webhook import PATH

ENV: Mapping[str, str] = {
    "PORT": "8080",
    "GLADLY_BASE_URL": "https://shop.gladly.test",
    "GLADLY_USERNAME": "api@shop.test",
    "GLADLY_API_TOKEN": "gladly-token-7f3a",
    "WEBHOOK_USERNAME": "gladly",
    "WEBHOOK_PASSWORD": "webhook-password-91bc",
    "KLAVIYO_BASE_URL": "https://klaviyo.test",
}
PRIVATE_KEY = "pk_00112233445566778899aabbccddeeff01"
PUBLIC_KEY = "AbC123"
SECRETS = (ENV["GLADLY_API_TOKEN"], ENV["WEBHOOK_PASSWORD"], PRIVATE_KEY)
CUSTOMER = "customer-one"
EMAIL = "Ann.Lee@shop.test"
AT = "2026-11-23T09:58:00.250Z"
AT_SECONDS = 1_795_427_880.25
CREATED, CLOSED = "CONVERSATION/CREATED", "CONVERSATION/CLOSED"


def basic(username: str, password: str) -> dict[str, str]:
    """Return the header of Basic credentials."""
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()}


RIGHTLY = basic(ENV["WEBHOOK_USERNAME"], ENV["WEBHOOK_PASSWORD"])


def event(
    kind: str = CREATED, event_id: str = "event-one", at: str = AT, customer: str = CUSTOMER
) -> dict[str, Any]:
    """Return a webhook as Gladly sends it."""
    content = {"conversationId": "conversation-one", "customerId": customer, "context": {"assignee": {}}}
    return {
        "id": event_id,
        "type": kind,
        "timestamp": at,
        "initiator": {"type": "CUSTOMER"},
        "content": content,
    }


@dataclass
class Bench:
    """Services one after the other on the same state folder; ``now`` is their time in Unix seconds."""

    folder: Path
    now: float = AT_SECONDS + 2
    router: respx.MockRouter = field(default_factory=lambda: respx.MockRouter(assert_all_called=False))

    def __post_init__(self) -> None:
        """Route both vendors; a call to anything else is an error."""
        self.profile = self.router.get(f"{ENV['GLADLY_BASE_URL']}/api/v1/customer-profiles/{CUSTOMER}")
        self.stream = self.router.get(f"{ENV['GLADLY_BASE_URL']}/api/v1/events")
        self.stream.respond(200)
        self.events = self.router.post(f"{ENV['KLAVIYO_BASE_URL']}/api/events")
        self.track = self.router.post(f"{ENV['KLAVIYO_BASE_URL']}/api/track")
        self.has_emails(EMAIL)
        self.events.respond(202)
        self.track.respond(200, text="1")
        self.open()

    def open(self, **env: str) -> None:
        """Open a service, with the private key unless ``env`` says otherwise."""
        settings = {**ENV, "STATE_DIR": str(self.folder), "KLAVIYO_PRIVATE_KEY": PRIVATE_KEY, **env}
        self.service = Service(
            Settings.from_env(settings),
            now=lambda: self.now,
            transport=httpx.MockTransport(self.router.handler),
        )

    def reopen(self, **env: str) -> None:
        """Close the service and open the next one."""
        self.service.close()
        self.open(**env)

    def has_emails(self, *emails: str) -> None:
        """Let the customer have these addresses."""
        rows = [{"original": email, "normalized": email.strip().lower()} for email in emails]
        self.profile.respond(json={"id": CUSTOMER, "emails": rows})

    def post(self, body: Any, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Send a webhook, JSON or bytes, with the right credentials unless ``headers`` has others."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        with httpx.Client(transport=httpx.WSGITransport(self.service.app), base_url="http://app") as client:
            return client.post(PATH, content=content, headers=RIGHTLY if headers is None else headers)

    def hear(self, *events: dict[str, Any]) -> float | None:
        """Take webhooks in, work once, and return when to come again."""
        for each in events:
            assert self.post(each).status_code == 200
        return self.service.work()

    def sent(self) -> list[dict[str, Any]]:
        """Return the attributes of each event posted to the new API."""
        bodies = [json.loads(call.request.content) for call in self.events.calls]
        return [body["data"]["attributes"] for body in bodies]

    def sent_to(self) -> list[str]:
        """Return the address of each event posted to the new API."""
        return [each["profile"]["data"]["attributes"]["email"] for each in self.sent()]

    def tracked(self) -> list[dict[str, Any]]:
        """Return each payload posted to the legacy API."""
        return [json.loads(parse_qs(call.request.content.decode())["data"][0]) for call in self.track.calls]
