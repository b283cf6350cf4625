"""Klaviyo's public API, as far as going live needs it. Rules and limits: Klaviyo OpenAPI, revision 2026-07-15."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import httpx

from harness.actors.doors import Door
from harness.errors import SystemFailed, Unreachable
from harness.live.caller import Caller, understood
from harness.live.pace import Limit, Pace
from harness.values import Secret

MEDIA_TYPE = "application/vnd.api+json"
REVISION, BETA_REVISION = "2026-07-15", "2026-07-15.pre"
PAGE_SIZE = 1_000
MARK = "In Gladly Conversation"


def _paces(pace: Callable[..., Pace]) -> dict[str, Pace]:
    """Return a pace for each of the tiers used (Klaviyo OpenAPI: 1/s and 15/m, 3/s and 60/m, 10/s and 150/m, 75/s and 750/m, 350/s and 3,500/m)."""
    tiers = {"XS": (1, 15), "S": (3, 60), "M": (10, 150), "L": (75, 750), "XL": (350, 3_500)}
    return {name: pace(Limit(burst, 1.0), Limit(steady, 60.0)) for name, (burst, steady) in tiers.items()}


@dataclass(frozen=True)
class Account:
    """The account that a key belongs to."""

    id: str
    name: str
    is_test: bool
    timezone: str


@dataclass(frozen=True, slots=True)
class Event:
    """An event that Klaviyo shows: whose, when by its own time, and what it says. ``mark`` is what the profile has now."""

    id: str
    email: str
    at: datetime
    properties: Mapping[str, Any] = field(repr=False)
    mark: Any = None


class KlaviyoApi:
    """Reads one account with one key."""

    def __init__(self, caller: Caller, key: str, pace: Callable[..., Pace] = Pace) -> None:
        """Call through ``caller`` with the private ``key``; ``pace`` makes what limits are kept by."""
        self.caller = caller
        self._key = Secret(key)
        self._pace = pace
        self._paces = _paces(pace)
        self._at_doors: dict[Door, Pace] = {}

    def account(self) -> Account:
        """Return whose key it is (``accounts:read``)."""
        with understood("Klaviyo", "account"):
            [found] = self._get("/api/accounts", "XS")["data"]
            about = found["attributes"]
            contact = about.get("contact_information") or {}
            return Account(
                found["id"],
                str(contact.get("organization_name") or ""),
                about.get("test_account") is True,
                str(about.get("timezone") or "UTC"),
            )

    def metrics(self) -> dict[str, str]:
        """Return name → id of every metric (``metrics:read``)."""
        return {name: ids[-1] for name, ids in self.metric_ids().items()}

    def metric_ids(self) -> dict[str, list[str]]:
        """Return name → ids: what another integration sends under a name is another metric (``metrics:read``)."""
        found: dict[str, list[str]] = {}
        for page in self._pages("/api/metrics", {}, "M"):
            for one in page["data"]:
                found.setdefault(one["attributes"]["name"], []).append(one["id"])
        return found

    def events(
        self, metric_id: str, since: datetime, until: datetime | None = None, *, newest_first: bool = False
    ) -> Iterator[Event]:
        """Yield the events of a metric from ``since`` on, by their own time, page by page (``events:read``, ``profiles:read``)."""
        clauses = [
            f"equals(metric_id,{json.dumps(metric_id)})",
            f"greater-or-equal(datetime,{_text(since)})",
        ]
        clauses += [f"less-than(datetime,{_text(until)})"] if until else []
        query = {
            "filter": ",".join(clauses),
            "include": "profile",
            "fields[profile]": "email,properties",
            "sort": "-datetime" if newest_first else "datetime",
            "page[size]": str(PAGE_SIZE),
        }
        for page in self._pages("/api/events", query, "XL"):
            yield from _events(page)

    def profile(self, email: str) -> Mapping[str, Any] | None:
        """Return the attributes of the profile of ``email`` and its ``id``, or None (``profiles:read``)."""
        query = {"filter": f"equals(email,{json.dumps(email)})"}
        found = self._get("/api/profiles", "L", query)["data"]
        return {"id": found[0]["id"], **found[0]["attributes"]} if found else None

    def scopes_of(self, label: str) -> set[str] | None:
        """Return the scopes of the private key with this label, None without one (``credentials:read``, beta)."""
        found = self._get("/api/api-keys", "XS", revision=BETA_REVISION)["data"]
        for one in found:
            if one["attributes"]["name"] == label:
                return set(one["attributes"]["scopes"])
        return None

    def key_names(self) -> list[str]:
        """Return the names of the account's private keys that are in use (``credentials:read``, beta)."""
        found = self._get("/api/api-keys", "XS", revision=BETA_REVISION)["data"]
        return [one["attributes"]["name"] for one in found if one["attributes"].get("status") != "disabled"]

    def may_read(self, path: str, *, beta: bool = False) -> bool:
        """Say whether the key may read what is at ``path``; what a vendor has taken away may not be read either."""
        try:
            self._get(path, "XS", revision=BETA_REVISION if beta else REVISION)
        except Unreachable:
            raise
        except SystemFailed:
            return False
        return True

    def may_write_events(self) -> bool:
        """Say whether the key may write events, by a request that holds none: without the scope it is 403, with it 400."""
        headers = {"revision": REVISION, "Accept": MEDIA_TYPE}
        answer = self.caller.send(
            "POST",
            "/api/events",
            self._paces["XS"],
            json={},
            headers=headers,
            fine=(400, 403),
            authorize=self._authorize,
        )
        return answer.status_code == httpx.codes.BAD_REQUEST

    def lets_in(self, door: Door, key: str) -> bool:
        """Say whether another ``key`` is let in at ``door``, by a request that changes nothing; each has a limit of its own."""
        if door not in self._at_doors:
            self._at_doors[door] = _paces(self._pace)[door.tier]
        answer = self.caller.send(
            door.method,
            door.path,
            self._at_doors[door],
            params=door.query or None,
            json=door.body,
            headers={"revision": REVISION, "Accept": MEDIA_TYPE},
            fine=(400, 403, 404),
            authorize=partial(_put_on, Secret(key)),
        )
        return door.lets_in(answer.status_code)

    def _authorize(self, request: httpx.Request) -> None:
        """Put the own key on a request."""
        _put_on(self._key, request)

    def _pages(self, path: str, query: Mapping[str, str], tier: str) -> Iterator[Any]:
        page = self._get(path, tier, query)
        yield page
        while following := (page.get("links") or {}).get("next"):
            page = self._get(_on_our_host(following), tier)
            yield page

    def _get(
        self, path: str, tier: str, query: Mapping[str, str] | None = None, revision: str = REVISION
    ) -> Any:
        headers = {"revision": revision, "Accept": MEDIA_TYPE}
        answer = self.caller.send(
            "GET", path, self._paces[tier], params=query, headers=headers, authorize=self._authorize
        )
        return answer.json()


def _put_on(key: Secret, request: httpx.Request) -> None:
    """Put ``key`` on a request, and nowhere else: headers made beforehand would stand in a traceback."""
    request.headers["Authorization"] = f"Klaviyo-API-Key {key}"


def _on_our_host(url: str) -> str:
    """Return the path and query of a link: what it names as its host is not where a key is sent."""
    return httpx.URL(url).raw_path.decode()


def _events(page: Any) -> Iterator[Event]:
    people = {one["id"]: one["attributes"] for one in page.get("included") or () if one["type"] == "profile"}
    for one in page["data"]:
        attributes = one["attributes"]
        profile = people.get(one["relationships"]["profile"]["data"]["id"], {})
        yield Event(
            one["id"],
            str(profile.get("email") or ""),
            datetime.fromisoformat(attributes["datetime"]),
            attributes.get("event_properties") or {},
            (profile.get("properties") or {}).get(MARK),
        )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
