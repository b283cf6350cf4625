"""Fakes of both systems with the reference integration between them, in a process of their own, as a user starts them."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

VISIBILITY_DELAY = 1.5
CONTROL = "X-Fake-Control"
ROOT = Path(__file__).parents[2]


@dataclass
class StandIns:
    """Both systems, seen from outside: the JSON line that they printed, and their control planes."""

    about: Mapping[str, Any] = field(repr=False)
    client: httpx.Client = field(repr=False)
    api_user: str = "compliance_user"
    """As whom the live code comes: the one who may delete customers, or ``api_user``, who may read reports."""
    began: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    """When they were ready: the demo data's own conversations, of which the app was not told, lie before."""

    @property
    def klaviyo(self) -> Mapping[str, Any]:
        """Klaviyo's part of the line."""
        part: Mapping[str, Any] = self.about["klaviyo"]
        return part

    @property
    def gladly(self) -> Mapping[str, Any]:
        """Gladly's part of the line."""
        part: Mapping[str, Any] = self.about["gladly"]
        return part

    def at_klaviyo(self, method: str, path: str = "", body: Any = None) -> Any:
        """Call the control plane of the account."""
        return self._call(
            method, f"{self.klaviyo['url']}/_fake/accounts/{self.klaviyo['account_id']}{path}", body
        )

    def at_gladly(self, method: str, path: str = "", body: Any = None, user: str = "") -> Any:
        """Call the control plane of the organization, in the name of ``user`` if given."""
        base = f"{self.gladly['url']}/_fake/organizations/{self.gladly['organization_id']}"
        return self._call(method, base + path, body, user)

    def advance(self, seconds: float) -> None:
        """Move the clock of both."""
        self._call("POST", f"{self.klaviyo['url']}/_fake/clock/advance", {"seconds": seconds})

    def upgrade(self) -> None:
        """Make the upgrade by the shortest way."""
        key = self.at_klaviyo("POST", "/keys", {"name": "Gladly App", "access": "full", "scopes": []})
        self.at_gladly("PATCH", "/app", {"name": "Klaviyo", "private_key": key["private_key"]})

    def api_call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Call Gladly's own API."""
        user = self.gladly[self.api_user]
        answer = self.client.request(
            method, self.gladly["url"] + path, json=body, auth=(user["email"], user["token"])
        )
        return answer.raise_for_status()

    def variables(self, folder: Path, klaviyo: str = "", gladly: str = "") -> dict[str, str]:
        """Return the environment's variables for these systems, by way of other addresses if given."""
        key = self.at_klaviyo("POST", "/keys", {"name": "Harness", "access": "read-only", "scopes": []})
        user = self.gladly[self.api_user]
        people = {
            "KLAVIYO_ADMIN": _user(self.klaviyo, "Owner"),
            "GLADLY_ADMIN": _user(self.gladly, "Administrator"),
            "GLADLY_AGENT": _user(self.gladly, "Agent"),
        }
        logins = {
            f"LIVE_{person}_{part.upper()}": who[part]
            for person, who in people.items()
            for part in ("email", "password")
        }
        return logins | {
            "LIVE_KLAVIYO_API_URL": klaviyo or self.klaviyo["url"],
            "LIVE_KLAVIYO_WEB_URL": klaviyo or self.klaviyo["url"],
            "LIVE_KLAVIYO_ACCOUNT_ID": self.klaviyo["account_id"],
            "LIVE_KLAVIYO_KEY": key["private_key"],
            "LIVE_GLADLY_URL": gladly or self.gladly["url"],
            "LIVE_GLADLY_ORGANIZATION_ID": self.gladly["organization_id"],
            "LIVE_GLADLY_API_USER": user["email"],
            "LIVE_GLADLY_API_TOKEN": user["token"],
            "LIVE_DEADLINE": "60",
            "LIVE_SETTLE": "3",
            "LIVE_FOLDER": str(folder),
            "LIVE_OPERATOR": "the rehearsal",
        }

    def inventory(self) -> dict[str, Any]:
        """Return what a run must leave as it was, by the control plane and none of the live code."""
        keys = sorted(row["label"] for row in self.at_klaviyo("GET", "/keys"))
        administrator = _user(self.gladly, "Administrator")["email"]
        rows = self.at_gladly("GET", "/apps", user=administrator)
        key = self.at_gladly("GET", "/app", user=administrator)["private_key_set"]
        return {
            "keys": keys,
            "apps": [(row["name"], row["active"]) for row in rows],
            "has key": key,
            "open conversations": self.count("CONVERSATION/CREATED")
            + self.count("CONVERSATION/REOPENED")
            - self.count("CONVERSATION/CLOSED"),
            "customers": self.count("CUSTOMER_PROFILE/CREATED") - self.count("CUSTOMER_PROFILE/DELETED"),
        }

    def count(self, event_type: str) -> int:
        """Return how many events of a type the organization has raised."""
        entries = self.at_gladly("GET", "/journal?kind=event")
        return sum(entry["details"]["event_type"] == event_type for entry in entries)

    def calls(self) -> Counter[str]:
        """Return how often both systems' APIs were asked for what, by method and path."""
        return Counter(
            f"{one['details']['method']} {one['details']['path']}"
            for call in (self.at_klaviyo, self.at_gladly)
            for one in call("GET", "/journal?kind=request")
        )

    def wait_for_events(self, count: int) -> None:
        """Wait until Klaviyo has taken ``count`` events, and shows them."""
        self.wait_until(lambda: self.taken() >= count)
        self.pause(VISIBILITY_DELAY + 0.5)

    def wait_until(self, holds: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"it did not come about within {seconds:.0f} s")
            self.pause(0.05)

    @staticmethod
    def pause(seconds: float) -> None:
        """Let some time go by."""
        threading.Event().wait(seconds)

    def taken(self) -> int:
        """Return how many events Klaviyo has taken, those of the demo data included."""
        entries = self.at_klaviyo("GET", "/journal?kind=request")
        return sum(
            one["details"]["path"] == "/api/events" and one["details"]["status"] == 202 for one in entries
        )

    def _call(self, method: str, url: str, body: Any, user: str = "") -> Any:
        headers = {CONTROL: self.about["control_token"]} | ({"X-Fake-User": user} if user else {})
        answer = self.client.request(method, url, json=body, headers=headers)
        if not answer.is_success:
            raise AssertionError(f"{method} {url} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json() if answer.content else None


@contextlib.contextmanager
def started(*options: str) -> Iterator[StandIns]:
    """Start ``python -m harness demo`` on free ports and end it; limits are on, and events take a moment to show."""
    command = [
        sys.executable,
        "-m",
        "harness",
        "demo",
        "--json",
        "--klaviyo-port",
        "0",
        "--gladly-port",
        "0",
        *options,
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=_plain()) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise AssertionError(f"the stand-ins did not start: {process.wait()}")
            with httpx.Client(timeout=30.0) as client:
                systems = StandIns(json.loads(line), client)
                systems.at_klaviyo("PATCH", "", {"visibility_delay": VISIBILITY_DELAY, "rate_limits": True})
                yield systems
        finally:
            process.terminate()
            process.wait(timeout=20)


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LIVE_")}


def _user(part: Mapping[str, Any], role: str) -> Mapping[str, str]:
    found: Mapping[str, str] = next(user for user in part["users"] if user["role"] == role)
    return found
