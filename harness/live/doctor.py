"""Whether everything is ready to go live, in plain words, changing nothing: the systems' side, by harmless probes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from harness.errors import NotAllowed, SystemFailed, Unreachable
from harness.live.findings import EXPLAINED, Finding, Verdict
from harness.live.klaviyo import KlaviyoApi
from harness.live.ledger import runs
from harness.live.settings import LiveSettings
from harness.live.systems import SANDBOX_SUFFIX, Systems

READABLE = {
    "events": "/api/events?page[size]=1",
    "metrics": "/api/metrics",
    "profiles": "/api/profiles?page[size]=1",
}
T = TypeVar("T")
MOST_APART = 5.0
"""Seconds by which the clocks may differ before times are no longer to be compared."""

PRIVATE_BITS = 0o077
NOBODY = "live-doctor-nobody"


def look(settings: LiveSettings, systems: Systems) -> Iterator[Finding]:
    """Yield what there is to say of variables, both APIs, clocks and files; nothing is called at a system that is not the one meant."""
    yield finding("LD-01", "fine", "every variable that is needed is set")
    yield from _klaviyo(settings, systems)
    yield from _gladly(settings, systems)
    yield from _files(settings)
    yield finding("LD-33", "note", f"LIVE_ALLOW is {settings.allow}", _allowing(settings))


def finding(finding_id: str, verdict: Verdict, seen: str, todo: str = "") -> Finding:
    """Return a finding under the heading of its id."""
    return Finding(finding_id, verdict, EXPLAINED[finding_id], seen, todo)


@dataclass(frozen=True)
class _System:
    """How the first question to a system is spoken of: its finding's id, its address, and what a refusal means by its status."""

    name: str
    answers: str
    address: str
    address_variable: str
    refused: Mapping[int, tuple[str, str]]


def _first_answer(system: _System, ask: Callable[[], T]) -> tuple[T | None, list[Finding]]:
    """Return what ``ask`` does, None when it cannot be had, and what there is to say of it."""
    there = finding(system.answers, "fine", f"{system.address} answers")
    try:
        return ask(), [there]
    except Unreachable as error:
        todo = f"check {system.address_variable} and the way there"
        return None, [finding(system.answers, "missing", str(error), todo)]
    except NotAllowed as error:
        finding_id, todo = system.refused[error.status]
        return None, [there, finding(finding_id, "missing", str(error), todo)]
    except SystemFailed as error:
        todo = f"{system.address_variable} names something that is not {system.name}"
        return None, [finding(system.answers, "missing", str(error), todo)]


def _klaviyo(settings: LiveSettings, systems: Systems) -> Iterator[Finding]:
    clock = _Clock(systems.klaviyo.caller.client)
    refused: dict[int, tuple[str, str]] = {
        httpx.codes.UNAUTHORIZED: ("LD-03", "make another key, and copy all of it (LIVE_KLAVIYO_KEY)"),
        httpx.codes.FORBIDDEN: (
            "LD-06",
            "give the key accounts:read, or make a Read-Only Key (LIVE_KLAVIYO_KEY)",
        ),
    }
    about = _System("Klaviyo's API", "LD-02", settings.klaviyo_api, "LIVE_KLAVIYO_API_URL", refused)
    account, said = _first_answer(about, systems.klaviyo.account)
    yield from said
    if account is None:
        return
    yield finding("LD-03", "fine", "the key is taken")
    if account.id != settings.account_id:
        todo = _right_one("key", "LIVE_KLAVIYO_ACCOUNT_ID", settings.account_id, account.id)
        yield finding("LD-04", "missing", f"the key belongs to {account.id} ({account.name})", todo)
        return
    yield finding("LD-04", "fine", f"{account.id} ({account.name or 'without a name'})")
    if account.is_test:
        yield finding("LD-05", "fine", "Klaviyo says that it is one")
    else:
        yield finding(
            "LD-05",
            "note",
            "it is a production account",
            "`--live upgrade` will refuse it; all else is allowed",
        )
    yield from _scopes(systems.klaviyo)
    yield from clock.findings("Klaviyo")


def _scopes(klaviyo: KlaviyoApi) -> Iterator[Finding]:
    lacking = [scope for scope, path in READABLE.items() if not klaviyo.may_read(path)]
    if lacking:
        todo = "make a Read-Only Key for the harness, or a Custom Key with Read Access to them (LIVE_KLAVIYO_KEY)"
        yield finding("LD-06", "missing", f"the key may not read {', '.join(lacking)}", todo)
    else:
        yield finding("LD-06", "fine", "accounts, events, metrics and profiles")
    if not klaviyo.may_read("/api/api-keys", beta=True):
        todo = "`--live upgrade` leaves out what keys may do; a Read-Only Key can read it (credentials:read)"
        yield finding("LD-06", "note", "the key may not read which scopes keys have", todo)
    if klaviyo.may_write_events():
        todo = "a Read-Only Key is enough, and safer"
        yield finding("LD-07", "note", "the key may write events too, which is never needed", todo)
    else:
        yield finding("LD-07", "fine", "it may not write events")


def _gladly(settings: LiveSettings, systems: Systems) -> Iterator[Finding]:
    clock = _Clock(systems.gladly.caller.client)
    names = "(LIVE_GLADLY_API_USER, LIVE_GLADLY_API_TOKEN)"
    wrong = f"check user and token; a token is of one environment only {names}"
    refused: dict[int, tuple[str, str]] = {
        httpx.codes.UNAUTHORIZED: ("LD-11", wrong),
        httpx.codes.FORBIDDEN: ("LD-11", f"give the user the role API User {names}"),
    }
    about = _System("Gladly", "LD-10", settings.gladly, "LIVE_GLADLY_URL", refused)
    organization, said = _first_answer(about, systems.gladly.organization)
    yield from said
    if organization is None:
        return
    yield finding("LD-11", "fine", "user and token are taken")
    if organization.id != settings.organization_id:
        todo = _right_one("token", "LIVE_GLADLY_ORGANIZATION_ID", settings.organization_id, organization.id)
        yield finding(
            "LD-12", "missing", f"the token belongs to {organization.id} ({organization.name})", todo
        )
        return
    yield finding("LD-12", "fine", f"{organization.id} ({organization.name})")
    host = urlsplit(settings.gladly).hostname or ""
    if settings.is_loopback or host.endswith(SANDBOX_SUFFIX):
        yield finding(
            "LD-13", "fine", "this machine" if settings.is_loopback else f"the host ends in {SANDBOX_SUFFIX}"
        )
    else:
        yield finding("LD-13", "note", f"{host} is no sandbox's host", "`--live upgrade` will refuse it")
    yield from _rights(systems)
    yield from clock.findings("Gladly")


def _rights(systems: Systems) -> Iterator[Finding]:
    try:
        next(iter(systems.gladly.report(datetime.now(UTC).date())), None)
        yield finding("LD-14", "fine", "the user may")
    except NotAllowed:
        todo = "give the user the role Administrator; without it `reconcile` reaches back 24 hours and no further"
        yield finding("LD-14", "note", "the user may not", todo)
    except SystemFailed as error:
        yield finding("LD-14", "note", str(error), "`reconcile` reaches back 24 hours and no further")
    try:
        systems.gladly.delete_customer(NOBODY)
        yield finding("LD-15", "fine", "the user may delete customers")
    except SystemFailed:
        todo = "give the user the role Compliance Administrator, or let test customers stay, their conversations closed"
        yield finding("LD-15", "note", "the user may not delete customers", todo)


def _files(settings: LiveSettings) -> Iterator[Finding]:
    open_to_others = [
        str(one.state)
        for one in settings.people.values()
        if one.state.exists() and one.state.stat().st_mode & PRIVATE_BITS
    ]
    if open_to_others:
        yield finding(
            "LD-31",
            "missing",
            f"others can read {', '.join(open_to_others)}",
            f"chmod 600 {' '.join(open_to_others)}",
        )
    else:
        yield finding("LD-31", "fine", "nobody else can read them")
    left = [one.run.id for one in runs(settings.folder) if one.open_entries()]
    if left:
        todo = "; ".join(f"python -m harness live cleanup {run}" for run in left)
        yield finding(
            "LD-32", "note", f"{len(left)} of them may have left something: {', '.join(left)}", todo
        )
    else:
        yield finding("LD-32", "fine", "no ledger has anything open")


def _right_one(credential: str, name: str, meant: str, found: str) -> str:
    use = f"use a {credential} of {meant}, or " if meant else ""
    return f"{use}set {name} to {found} if that is the one"


def _allowing(settings: LiveSettings) -> str:
    if settings.allow == "nothing":
        return (
            "set it to verify or upgrade for what changes something; reconcile, watch and drift need nothing"
        )
    return ""


class _Clock:
    """Compares this machine's clock with what a system's answers are dated."""

    def __init__(self, client: httpx.Client, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._apart: float | None = None
        self._now = now
        client.event_hooks["response"].append(self._hear)

    def _hear(self, response: httpx.Response) -> None:
        if dated := response.headers.get("Date"):
            self._apart = abs((parsedate_to_datetime(dated) - self._now()).total_seconds())

    def findings(self, system: str) -> Iterator[Finding]:
        if self._apart is None:
            yield finding("LD-30", "note", f"{system} does not say what time it is")
        elif self._apart > MOST_APART:
            todo = "set this machine's clock (NTP): times are compared with it"
            yield finding(
                "LD-30", "missing", f"{system}'s clock and this machine's are {self._apart:.0f} s apart", todo
            )
        else:
            yield finding("LD-30", "fine", f"{system}'s and this machine's, to {MOST_APART:.0f} s")
