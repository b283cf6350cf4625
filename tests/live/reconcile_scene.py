"""Both fakes in one process and one time, and the public calls by which events are planted in them."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.gladly.app import application as gladly_application
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo.app import application as klaviyo_application
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.actors.api.tenant import Tenant
from harness.live.caller import Caller
from harness.live.gladly import GladlyApi
from harness.live.klaviyo import KlaviyoApi
from harness.live.pace import Limit, Pace
from harness.live.reconcile.findings import Findings
from harness.live.reconcile.plan import Words
from harness.live.reconcile.run import Asked, reconciled
from harness.live.systems import Systems

START = datetime(2026, 11, 23, 9, 0, 0, 250_000, tzinfo=UTC)
STARTED, CLOSED = "started conversation in Gladly", "closed conversation in Gladly"
MARK = "In Gladly Conversation"
REVISION = "2026-07-15"
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def unpaced(*limits: Limit, room: float = 1.0) -> Pace:
    """Return a pace that waits for no call's turn: its waiting takes no time."""
    return Pace(*limits, room=room, sleep=lambda _seconds: None)


@dataclass
class Scene:
    """An account and an organization, with rate limits off, at a time that moves only when told."""

    runtime: Runtime
    klaviyo: Tenant
    gladly: Tenant
    systems: Systems
    headers: dict[str, str] = field(repr=False)
    calls: list[httpx.Request] = field(default_factory=list, repr=False)

    @property
    def now(self) -> datetime:
        """The present of both fakes."""
        return self.runtime.clock.now()

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        self.runtime.clock.advance(seconds)

    def customer(self, *emails: str) -> str:
        """Make a customer with these addresses and return the id."""
        body: dict[str, Any] = {"name": "Dana", "emails": [{"original": one} for one in emails]}
        if not emails:
            body["phones"] = [{"original": "+16505550142", "type": "MOBILE"}]
        made = self.gladly.client.post("/api/v1/customer-profiles", json=body)
        return str(made.raise_for_status().headers["Location"].rpartition("/")[2])

    def change(self, customer: str, **body: Any) -> None:
        """Change a customer's profile."""
        self.gladly.client.patch(f"/api/v1/customer-profiles/{customer}", json=body).raise_for_status()

    def merge(self, customer: str, into: str) -> None:
        """Let an agent merge a customer into another."""
        self.gladly.call("POST", f"/customers/{customer}/merge", {"into": into})

    def delete(self, customer: str) -> None:
        """Delete a customer as somebody who may."""
        user = self.gladly.about["compliance_user"]
        path = f"/api/v1/customer-profiles/{customer}"
        self.gladly.client.delete(path, auth=(user["email"], user["token"])).raise_for_status()

    def open(self, customer: str) -> str:
        """Begin a conversation and return its id."""
        body = {"customer_id": customer, "opened_by": "agent", "message": False}
        return str(self.gladly.call("POST", "/conversations", body)["id"])

    def set_status(self, conversation: str, value: str) -> None:
        """Close (``CLOSED``) or reopen (``OPEN``) a conversation."""
        body = {"status": {"value": value} | ({"force": True} if value == "CLOSED" else {})}
        self.gladly.client.patch(f"/api/v1/conversations/{conversation}", json=body).raise_for_status()

    def track(
        self, metric: str, email: str, at: datetime | None = None, *, mark: Any = None, name: str = ""
    ) -> None:
        """Send an event to Klaviyo's new API, as the upgraded app does."""
        at = at or self.now
        in_conversation = metric == STARTED if mark is None else mark
        attributes = {
            "properties": {},
            "time": at.isoformat(),
            "unique_id": name or f"{metric[0]}{at.timestamp()}:{email}",
            "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
            "profile": {
                "data": {
                    "type": "profile",
                    "attributes": {"email": email, "properties": {MARK: in_conversation}},
                }
            },
        }
        body = {"data": {"type": "event", "attributes": attributes}}
        answer = self.klaviyo.client.post("/api/events", json=body, headers=self.headers)
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text

    def track_by_legacy(self, metric: str, email: str) -> None:
        """Send an event to Klaviyo's legacy API, as the app before its upgrade does."""
        body = {
            "token": self.klaviyo.about["public_key"],
            "event": metric,
            "customer_properties": {"$email": email, MARK: metric == STARTED},
            "time": int(self.now.timestamp()),
        }
        assert self.klaviyo.client.post("/api/track", json=body).text == "1"

    def ask(self, folder: Path, since: str = "4d", **more: Any) -> Asked:
        """Return what is asked: all of the scene, unless told otherwise."""
        words = {name: more.pop(name) for name in ("until", "tolerance", "late") if name in more}
        return Asked(Words(since, **words), folder / "store.sqlite", **more)

    @contextlib.contextmanager
    def reconciled(self, folder: Path, since: str = "4d", **more: Any) -> Iterator[Findings]:
        """Yield the findings; ``clock`` is this machine's, which is right unless it is given."""
        told = more.pop("told", lambda _step: None)
        clock = more.pop("clock", lambda: self.now)
        asked = self.ask(folder, since, **more)
        with reconciled(self.systems, "ABC123 at org", asked, told=told, clock=clock) as found:
            yield found


@contextlib.contextmanager
def scene() -> Iterator[Scene]:
    """Yield a scene of its own."""
    runtime = Runtime.in_process(START)
    klaviyo, gladly = KlaviyoFake(runtime), GladlyFake(runtime)
    calls: list[httpx.Request] = []
    with contextlib.closing(gladly), contextlib.ExitStack() as stack:

        def client(transport: httpx.BaseTransport, url: str) -> httpx.Client:
            hooks: Any = {"request": [calls.append]}
            return stack.enter_context(httpx.Client(transport=transport, base_url=url, event_hooks=hooks))

        at_klaviyo = client(InProcess(klaviyo_application(klaviyo)), "https://a.klaviyo.com")
        at_gladly = client(InProcess(gladly_application(gladly)), "http://gladly.test")
        account = Tenant.create(at_klaviyo, klaviyo.control_token, "accounts", "account_id")
        organization = Tenant.create(at_gladly, gladly.control_token, "organizations", "organization_id")
        for tenant in (account, organization):
            tenant.call("PATCH", "", {"rate_limits": False})
        user = organization.about["api_user"]
        at_gladly.auth = httpx.BasicAuth(user["email"], user["token"])
        key = account.call("POST", "/keys", {"name": "all", "access": "full"})["private_key"]
        systems = Systems(
            KlaviyoApi(Caller("Klaviyo", at_klaviyo), key, unpaced),
            GladlyApi(Caller("Gladly", at_gladly), unpaced),
        )
        headers = {"Authorization": f"Klaviyo-API-Key {key}", "revision": REVISION}
        yield Scene(runtime, account, organization, systems, headers, calls)
    runtime.close()
