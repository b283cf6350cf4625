"""What a scenario is given, by the cheapest route: the fakes' control plane, and the app's own start."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx

from harness.actors.api.control import Tenant
from harness.actors.ports import Secret
from harness.actors.scopes import ACCESS, granted
from harness.worlds.app import AppUnderTest, Credentials

EVENT_CALLS = "POST /api/*"
REFUSED = {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.GONE}
THROTTLED = httpx.codes.TOO_MANY_REQUESTS
TAKEN = {httpx.codes.OK, httpx.codes.ACCEPTED}


class SetupApi:
    """Sets the stage: keys, the installed app, another system's events, and trouble."""

    def __init__(self, klaviyo: Tenant, gladly: Tenant, app: AppUnderTest, webhook: Credentials) -> None:
        """Work on one account, one organization and the app between them."""
        self._klaviyo = klaviyo
        self._gladly = gladly
        self._app = app
        self._webhook = webhook

    @property
    def public_key(self) -> str:
        """The account's public key."""
        return str(self._klaviyo.about["public_key"])

    def make_key(self, name: str, access: str = "Custom Key", scopes: dict[str, str] | None = None) -> str:
        """Make a private key without asking whether anybody may, and return it."""
        body = {"name": name, "access": ACCESS[access], "scopes": granted(scopes or {})}
        return Secret(self._klaviyo.call("POST", "/keys", body)["private_key"])

    def install_app(self, name: str, *, private_key: str | None, upgraded: bool) -> None:
        """Start the app with ``private_key`` and install it in Gladly, switched on."""
        self._app.start(private_key)
        body: dict[str, Any] = {
            "name": name,
            "webhook_url": self._app.url,
            "enabled": True,
            "upgraded": upgraded,
        }
        body |= {"username": self._webhook.username, "password": self._webhook.password}
        self._gladly.call("PUT", "/app", body)
        if private_key:
            self._gladly.call("PATCH", "/app", {"name": name, "private_key": private_key})

    def retire_legacy_api(self) -> None:
        """Let Klaviyo's legacy API answer that it is gone."""
        self._klaviyo.call("PATCH", "", {"legacy_api": "retired"})

    def trouble_klaviyo(self, kind: str, *, times: int = 1, status: int = 503, seconds: float = 1.0) -> None:
        """Let the next ``times`` calls of the app to Klaviyo misbehave by ``kind``."""
        fault = {"route": EVENT_CALLS, "kind": kind, "times": times, "status": status, "seconds": seconds}
        self._klaviyo.call("POST", "/faults", fault)

    def relieve_klaviyo(self) -> None:
        """End all trouble."""
        self._klaviyo.call("DELETE", "/faults")

    def trouble_gladly(self, route: str, kind: str) -> None:
        """Let the next webhook of an event type, or the next call of a route, misbehave by ``kind``."""
        self._gladly.call("POST", "/faults", {"route": route, "kind": kind})

    def send_foreign_event(self, metric: str, properties: dict[str, str], email: str) -> None:
        """Send an event as another system would, with a key of its own."""
        key = self.make_key("Another system", scopes={"Events": "Full Access"})
        attributes = {
            "properties": properties,
            "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
            "profile": {"data": {"type": "profile", "attributes": {"email": email}}},
        }
        response = self._klaviyo.client.post(
            "/api/events",
            json={"data": {"type": "event", "attributes": attributes}},
            headers={"Authorization": f"Klaviyo-API-Key {key}", "revision": "2026-07-15"},
        )
        if response.status_code != httpx.codes.ACCEPTED:
            raise RuntimeError(f"Klaviyo answered {response.status_code}: {response.text[:500]}")

    def refusals(self) -> list[str]:
        """Return the calls with events that Klaviyo refused, whosever key they came with."""
        return [entry["what"] for entry in self._calls() if entry["details"]["status"] in REFUSED]

    def api_of_the_last_event(self) -> str:
        """Return which API took the last event: ``legacy`` or ``new``; ``""`` while none was taken."""
        taken = [entry["what"] for entry in self._calls() if entry["details"]["status"] in TAKEN]
        return ("legacy" if "/api/track" in taken[-1] else "new") if taken else ""

    def shortest_wait_after_throttling(self) -> float:
        """Return the seconds of the fakes' time between being asked to wait and the next call, the shortest of all."""
        calls = [(datetime.fromisoformat(entry["at"]), entry["details"]["status"]) for entry in self._calls()]
        waits = [
            (then - at).total_seconds() for (at, status), (then, _) in pairwise(calls) if status == THROTTLED
        ]
        return min(waits, default=0.0)

    def faults_overcome(self) -> bool:
        """Say whether the app has called Klaviyo again, and been answered, since trouble struck it last."""
        entries = self._klaviyo.call("GET", "/journal?kind=fault&kind=request")
        struck = max((entry["number"] for entry in entries if entry["kind"] == "fault"), default=0)
        answered = [one["number"] for one in entries if _is_call(one) and not one["details"]["fault"]]
        return not struck or any(number > struck for number in answered)

    def is_reporting(self) -> bool:
        """Say whether the app can be expected to report: switched on, and not refused by Klaviyo at its last call."""
        if not self._gladly.call("GET", "/apps")[0]["active"]:
            return False
        calls = self._calls()
        return not calls or calls[-1]["details"]["status"] not in REFUSED

    def undelivered(self) -> list[str]:
        """Return the events that Gladly has raised and the app has not accepted yet."""
        return [event for event, seen in self._deliveries().items() if not seen or not _is_settled(seen[-1])]

    def refused_deliveries(self) -> list[str]:
        """Return the events that the app did not accept at the first attempt."""
        return [
            event for event, seen in self._deliveries().items() if any(not _is_settled(one) for one in seen)
        ]

    def _deliveries(self) -> dict[str, list[str]]:
        """Return event id → what came of each attempt, in order."""
        outcomes: dict[str, list[str]] = {}
        for entry in self._gladly.call("GET", "/journal?kind=event&kind=delivery"):
            seen = outcomes.setdefault(entry["details"]["event_id"], [])
            if entry["kind"] == "delivery":
                seen.append(entry["what"].rpartition(": ")[2])
        return outcomes

    def _calls(self) -> list[Any]:
        own = self._klaviyo.call("GET", "/journal?kind=request")
        calls = sorted(own + self._klaviyo.unclaimed("?kind=request"), key=lambda entry: str(entry["at"]))
        return [entry for entry in calls if _is_call(entry)]


def _is_settled(outcome: str) -> bool:
    """Say whether an attempt needs no other: it was accepted, or nobody was to be told."""
    return outcome.startswith(("2", "lost"))


def _is_call(entry: Any) -> bool:
    """Say whether a line of Klaviyo's journal is a call that sends something; what only reads is the harness's own."""
    return entry["kind"] == "request" and str(entry["what"]).startswith("POST /api/")
