# ruff: noqa: INP001 - beside a file to run, in no package
"""A call to either side, and what its answer means. Klaviyo's SDK sends the events."""

import importlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

import httpx
from sdk_outbox import METRICS, Job

PARKED, LONGEST_WAIT, LONGEST_OWN_WAIT = 60.0, 86_400.0, 15.0
TIMEOUT = httpx.Timeout(8.0, connect=4.0)


@dataclass(frozen=True)
class Verdict:
    """What an answer means: `done`, `never` (the event's fault), `refused` (the key's), `wait` or `trouble`."""

    name: str
    pause: float = 0.0


@dataclass(frozen=True)
class Answer:
    """A whole answer; one that breaks off is an exception."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def said(self) -> dict[str, Any]:
        """Return what an API said: they speak JSON, whatever stands in front of them does not."""
        with suppress(ValueError, RecursionError):
            said = json.loads(self.text)
            return said if isinstance(said, dict) else {}
        return {}

    def judge(self) -> Verdict:
        """Say what an answer means that is no success."""
        if self.status == 429:  # noqa: PLR2004 - Too Many Requests
            return Verdict("wait", self._asked())
        if self.said and self.status in {401, 403, 410}:
            return Verdict("refused", PARKED)
        if self.said and self.status in {400, 413, 422}:
            return Verdict("never")
        return Verdict("trouble", min(self._asked(), LONGEST_OWN_WAIT))

    def _asked(self) -> float:
        """Return the seconds of Retry-After. A date is held against the sender's own clock."""
        given = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d*)?", given):
            return min(float(given), LONGEST_WAIT)
        with suppress(ValueError, TypeError):
            date = self.headers.get("Date")
            now = parsedate_to_datetime(date) if date else datetime.now(UTC)
            return min((parsedate_to_datetime(given) - now).total_seconds(), LONGEST_WAIT)
        return 0.0


@dataclass(frozen=True, repr=False)
class Klaviyo:
    """Klaviyo's new API through the SDK, or the legacy API as long as there is no private key."""

    url: str
    private_key: str
    public_key: str

    def send(self, job: Job, mark: bool) -> Verdict:
        """Send one event through the API that the credentials are for."""
        if not (self.private_key or self.public_key) or re.search(r"[^!-~]", self.private_key):
            return Verdict("refused", PARKED)  # no key at all, or none that a header can hold
        properties = {"In Gladly Conversation": mark}
        return self._new(job, properties) if self.private_key else self._legacy(job, properties)

    def _new(self, job: Job, properties: dict[str, bool]) -> Verdict:
        attributes = {
            "properties": {},
            "time": job.time,
            "unique_id": job.webhook,
            "metric": data("metric", {"name": METRICS[job.type]}),
            "profile": data("profile", {"email": job.email, "properties": properties}),
        }
        response = self._create_event(data("event", attributes), _request_timeout=(4.0, 8.0))
        answer = Answer(response.status, response.headers, response.data.decode(errors="replace"))
        return Verdict("done") if answer.status == 202 else answer.judge()  # noqa: PLR2004 - Accepted

    @cached_property
    def _create_event(self) -> Any:
        """The SDK's call, answered by whatever came; the SDK comes without types."""
        # Imported on first need: that takes about a second, and PING must be answered at once.
        sdk = importlib.import_module("klaviyo_api")
        client = sdk.KlaviyoAPI(self.private_key, test_host=self.url)
        # Nothing that waits or follows by itself: urllib3 would block for as long as Retry-After says.
        client.configuration.retries = False
        client.api_client.rest_client = sdk.openapi_client.rest.RESTClientObject(client.configuration)
        return client.Events.create_event_without_preload_content

    def _legacy(self, job: Job, properties: dict[str, bool]) -> Verdict:
        event = {
            "token": self.public_key,
            "event": METRICS[job.type],
            "customer_properties": {"$email": job.email, **properties},
            "properties": {"$event_id": job.webhook},
            "time": int(datetime.fromisoformat(job.time).timestamp()),
        }
        response = httpx.post(f"{self.url}/api/track", data={"data": json.dumps(event)}, timeout=TIMEOUT)
        answer = Answer(response.status_code, response.headers, response.text.strip())
        if answer.status == 200 and answer.text in {"1", "0"}:  # noqa: PLR2004 - OK
            return Verdict("done" if answer.text == "1" else "never")
        return answer.judge()


class Gladly:
    """Where the addresses are."""

    def __init__(self, url: str, user: str, token: str) -> None:
        """Follow no redirect: the credentials are Gladly's."""
        self._http = httpx.Client(base_url=url, auth=(user, token), timeout=TIMEOUT, follow_redirects=False)

    def find(self, customer: str) -> tuple[Verdict, set[str]]:
        """Return a customer's addresses, each once, following a merge by what Gladly's answer says of it."""
        for _ in range(5):
            response = self._http.get(f"/api/v1/customer-profiles/{quote(customer, safe='')}")
            answer = Answer(response.status_code, response.headers, response.text)
            said = answer.said
            if answer.status == 200 and said.get("id"):  # noqa: PLR2004 - OK
                entries = [
                    entry.get("original") or entry.get("normalized") or ""
                    for entry in said.get("emails") or []
                ]
                return Verdict("done"), {entry.strip().lower() for entry in entries} - {""}
            if answer.status == 404 and "errors" in said:  # noqa: PLR2004 - was deleted
                return Verdict("done"), set()
            if answer.status != 301 or not said:  # noqa: PLR2004 - merged into another customer
                verdict = answer.judge()  # no look-up is hopeless: the customer may be known a minute later
                return (Verdict("trouble") if verdict.name == "never" else verdict), set()
            customer = str(said["errors"][0]["meta"]["new"])
        return Verdict("trouble"), set()


def data(kind: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Wrap attributes as Klaviyo wants them."""
    return {"data": {"type": kind, "attributes": attributes}}
