"""Kim and what Klaviyo shows, by API: keys through the control plane in Kim's name, the rest by Klaviyo's own API."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from harness.actors.api.tenant import Tenant
from harness.actors.api.traffic import fingerprint
from harness.actors.doors import DOORS, LISTED_SCOPE, ONLY_LISTED, Door, by_scope
from harness.actors.scopes import ACCESS, granted
from harness.errors import SystemFailed
from harness.values import FeedRow, KeyRow, Secret

REVISION = "2026-07-15"
BETA_REVISION = "2026-07-15.pre"
OBSERVER = "Acceptance harness"


class ApiKlaviyoAdmin:
    """Fulfils ``ports.KlaviyoAdmin``."""

    def __init__(self, account: Tenant) -> None:
        """Act as the account's Owner until told otherwise."""
        self._account = account
        self._user = account.user_with("Owner")

    def take_role(self, role: str) -> None:
        """Act as the account's user with ``role`` from now on."""
        self._user = self._account.user_with(role)

    def create_key(self, name: str, access: str, scopes: Mapping[str, str]) -> str:
        """Create a private key and return it."""
        body = {"name": name, "access": ACCESS[access], "scopes": granted(dict(scopes))}
        return Secret(self._account.call("POST", "/keys", body, user=self._user)["private_key"])

    def delete_key(self, name: str) -> None:
        """Delete the private key with this label."""
        [key_id] = [row["id"] for row in self._account.call("GET", "/keys") if row["label"] == name]
        self._account.call("DELETE", f"/keys/{key_id}", user=self._user)

    def public_key(self) -> str:
        """Return the account's public key."""
        return str(self._account.about["public_key"])


class ApiKlaviyoView:
    """Fulfils ``ports.KlaviyoView`` through Klaviyo's API, with a key of the harness's own."""

    def __init__(self, account: Tenant) -> None:
        """Look at ``account``."""
        self._account = account
        self._reader = KlaviyoReader(account)

    def key_list(self) -> list[KeyRow]:
        """Return the list as the page shows it, without the harness's own key."""
        return [
            KeyRow(
                row["label"],
                row["masked_key"],
                row["access_level"],
                datetime.strptime(row["created_date"], "%m/%d/%Y").date(),  # noqa: DTZ007 - a date of the account's own
            )
            for row in self._account.call("GET", "/keys")
            if row["label"] != OBSERVER
        ]

    def today(self) -> date:
        """Return the date that it is in the account's time zone by the fake's clock."""
        now = datetime.fromisoformat(self._account.clock())
        return now.astimezone(self._reader.timezone()).date()

    def timezone(self) -> ZoneInfo:
        """Return the account's time zone, which its pages go by."""
        return self._reader.timezone()

    def search_metrics(self, text: str) -> list[str]:
        """Return the names that contain ``text``; the API has no search of its own."""
        return [name for name in self._reader.metrics() if text.lower() in name.lower()]

    def feed(
        self,
        metric: str,
        *,
        until: datetime | None = None,
        opened: bool = False,  # noqa: ARG002 - the API shows properties anyway
    ) -> list[FeedRow]:
        """Return the events of ``metric`` with their profiles and properties, newest first."""
        return self._reader.feed(metric, until)

    def profile(self, email: str) -> Mapping[str, Any] | None:
        """Return the attributes of the profile of ``email``."""
        return self._reader.profile(email)

    def everybody(self) -> list[str]:
        """Return the addresses of all profiles."""
        return self._reader.addresses()


class ApiMetricsList:
    """Fulfils ``ports.MetricsList`` and ``ports.MetricsView``: what was asked for is asked again whenever somebody looks."""

    def __init__(self, view: ApiKlaviyoView) -> None:
        """Ask as ``view`` does."""
        self._view = view
        self._text: str | None = None

    def open(self) -> None:
        """Ask for all metrics."""
        self.search_for("")

    def search_for(self, text: str) -> None:
        """Ask for the metrics whose name contains ``text``."""
        self._text = text
        self._view.search_metrics(text)

    def clear(self) -> None:
        """Ask for all of them again."""
        self.search_for("")

    def shown(self) -> list[str]:
        """Ask once more for what was asked for last."""
        if self._text is None:
            raise LookupError("the metrics have not been asked for")
        return self._view.search_metrics(self._text)


class ApiKeyHolder:
    """Fulfils ``ports.KeyHolder`` at the doors of Klaviyo's API."""

    def __init__(self, account: Tenant, foreign: set[str]) -> None:
        """Use keys of ``account``; ``foreign`` is told fingerprints of those that are used: the app makes none of these calls."""
        self._account = account
        self._foreign = foreign
        self._reader = KlaviyoReader(account)

    def try_key(self, name: str, key: str) -> dict[str, set[str]]:
        """Return where ``key`` is let in; what no call asks for is looked up by its label in the list of keys."""
        self._foreign.add(fingerprint(key))
        allowed = {(door.scope, door.verb) for door in DOORS if self._is_let_in(door, key)}
        allowed |= {ONLY_LISTED} if LISTED_SCOPE in self._reader.scopes_of(name) else set()
        return by_scope(allowed)

    def _is_let_in(self, door: Door, key: str) -> bool:
        headers = {"Authorization": f"Klaviyo-API-Key {key}", "revision": REVISION}
        answer = self._account.client.request(
            door.method, door.path, params=door.query, json=door.body, headers=headers
        )
        return door.lets_in(answer.status_code)


class KlaviyoReader:
    """Reads an account through Klaviyo's public API, with a key of the harness's own."""

    def __init__(self, account: Tenant) -> None:
        """Make the key when it is first needed."""
        self._account = account
        self._key: str | None = None

    def metrics(self) -> dict[str, str]:
        """Return name → id of every metric."""
        return {
            entry["attributes"]["name"]: entry["id"]
            for page in self._pages("/api/metrics")
            for entry in page["data"]
        }

    def feed(self, metric: str, until: datetime | None) -> list[FeedRow]:
        """Return the rows of ``metric``; empty while it does not exist."""
        metric_id = self.metrics().get(metric)
        if metric_id is None:
            return []
        clauses = [f"equals(metric_id,{json.dumps(metric_id)})"]
        clauses += [f"less-or-equal(datetime,{until.isoformat()})"] if until else []
        query = {"filter": ",".join(clauses), "include": "profile", "sort": "-datetime"}
        return [row for page in self._pages("/api/events", query) for row in _rows(page, metric)]

    def profile(self, email: str) -> Mapping[str, Any] | None:
        """Return the attributes of the profile of ``email``, or None."""
        document = self._get("/api/profiles", {"filter": f"equals(email,{json.dumps(email)})"})
        return document["data"][0]["attributes"] if document["data"] else None

    def addresses(self) -> list[str]:
        """Return the address of every profile, empty for one without."""
        pages = self._pages("/api/profiles", {"page[size]": "100"})
        return [str(one["attributes"]["email"] or "") for page in pages for one in page["data"]]

    def scopes_of(self, label: str) -> set[str]:
        """Return the scopes of the private key with this label."""
        keys = self._get("/api/api-keys", {}, revision=BETA_REVISION)["data"]
        [scopes] = [key["attributes"]["scopes"] for key in keys if key["attributes"]["name"] == label]
        return set(scopes)

    def timezone(self) -> ZoneInfo:
        """Return the account's time zone."""
        return ZoneInfo(self._get("/api/accounts", {})["data"][0]["attributes"]["timezone"])

    def _pages(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[Any]:
        page = self._get(path, query or {})
        yield page
        while next_page := page["links"]["next"]:
            page = self._get(next_page, None)
            yield page

    def _get(self, url: str, query: Mapping[str, str] | None, revision: str = REVISION) -> Any:
        headers = {"Authorization": f"Klaviyo-API-Key {self._own_key()}", "revision": revision}
        response = self._account.client.get(url, params=query, headers=headers)
        if response.status_code != httpx.codes.OK:
            raise SystemFailed(f"Klaviyo answered {response.status_code} to GET {url}: {response.text[:500]}")
        return response.json()

    def _own_key(self) -> str:
        if self._key is None:
            made = self._account.call("POST", "/keys", {"name": OBSERVER, "access": "read-only"})
            self._key = str(made["private_key"])
        return self._key


def _rows(page: Any, metric: str) -> Iterator[FeedRow]:
    profiles = {one["id"]: one["attributes"]["email"] for one in page["included"] if one["type"] == "profile"}
    for event in page["data"]:
        attributes = event["attributes"]
        yield FeedRow(
            profile=str(profiles[event["relationships"]["profile"]["data"]["id"]]),
            text=metric,
            at=datetime.fromisoformat(attributes["datetime"]),
            properties=attributes["event_properties"],
        )
