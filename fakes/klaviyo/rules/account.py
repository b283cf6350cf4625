"""An account: the tenant of this fake, and everything that belongs to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.core.tenants import Tenant
from fakes.klaviyo.rules.events.events import EventDraft, Events
from fakes.klaviyo.rules.events.ingestion import Ingestion
from fakes.klaviyo.rules.keys.keys import LOOKS_SECRET, KeyRing, PrivateKey
from fakes.klaviyo.rules.limits import Limits
from fakes.klaviyo.rules.metrics import Metrics
from fakes.klaviyo.rules.profiles import ProfileChange, Profiles
from fakes.klaviyo.rules.segments.segments import Segments
from fakes.klaviyo.rules.users import Role, User, Users, may_manage_keys


@dataclass(slots=True)
class Switches:
    """What the facts about the vendor leave open, or what a test wants out of its way.

    ``legacy_api``: whether ``/api/track`` and ``/api/identify`` still answer or are retired. ``visibility_delay``:
    seconds from 202 to visible, and from a segment's definition to its members; 0 here so that tests need not wait,
    seconds to minutes with the vendor.
    ``drop_test_domains``: events for ``example.com`` and ``test.com`` vanish. ``managers_may_manage_keys``: the
    older role rule. ``rate_limits``: whether limits are enforced. ``future_filters``: whether reads that ask for what
    comes after a moment yet to come are refused, as in 2026, or answered by an empty page, as still in 2025.
    ``test_account``: whether the account says that it is one for tests (``GET /api/accounts``) or in production.
    """

    legacy_api: Literal["live", "retired"] = "live"
    visibility_delay: float = 0
    drop_test_domains: bool = True
    managers_may_manage_keys: bool = True
    rate_limits: bool = True
    future_filters: Literal["refused", "empty"] = "refused"
    test_account: bool = True


class Account(Tenant):
    """One Klaviyo account. Its id is its public key (the same value in practice: Klaviyo OpenAPI).

    ``events``, ``metrics`` and ``profiles`` process what is due before they are handed out, so no reader can see
    too little. Hold ``lock`` while using them.
    """

    def __init__(
        self,
        public_key: str,
        name: str,
        timezone: str,
        *,
        ids: Ids,
        clock: Clock,
        announce: Callable[["Account", PrivateKey], None],
    ) -> None:
        """Open an empty account; ``announce`` is told of each private key that is made."""
        super().__init__(public_key, clock, LOOKS_SECRET)
        self.name = name
        self.timezone = timezone
        self.switches = Switches()
        self.users = Users()
        self.limits = Limits()
        self._announce = announce
        self.keys = KeyRing(ids, clock, self.may_manage_keys, self._keep_secret)
        self._metrics, self._profiles, self._events = Metrics(ids), Profiles(ids), Events(ids)
        self.segments = Segments(ids)
        self._ingestion = Ingestion(self._metrics, self._profiles, self._events, self._report)

    @property
    def public_key(self) -> str:
        """The public API key, also called site id or company id."""
        return self.id

    @property
    def domain(self) -> str:
        """The made-up domain of the account's people and shop."""
        return f"{self.id.lower()}.klaviyo-demo.com"

    @property
    def metrics(self) -> Metrics:
        """The metrics that show by now."""
        self._settle()
        return self._metrics

    @property
    def profiles(self) -> Profiles:
        """The profiles that show by now."""
        self._settle()
        return self._profiles

    @property
    def events(self) -> Events:
        """The events that show by now."""
        self._settle()
        return self._events

    def may_manage_keys(self, role: Role) -> bool:
        """Say whether ``role`` may manage private keys in this account."""
        return may_manage_keys(role, managers=self.switches.managers_may_manage_keys)

    def add_user(self, user: User) -> User:
        """Keep ``user`` and their password out of the journal."""
        self.secrets.add(user.password)
        return self.users.add(user)

    def submit(self, profile: ProfileChange, event: EventDraft | None = None) -> None:
        """Accept an event, or a change of a profile only, to show after the visibility delay.

        Raises ``InvalidEvent`` for what the vendor would not take.
        """
        with self.lock:
            now = self.clock.now()
            self._ingestion.accept(
                profile.checked(),
                None if event is None else event.checked(now),
                received=now,
                visible_at=self.shows_at(now),
                drop_test_domains=self.switches.drop_test_domains,
            )
            self._ingestion.settle(now)

    def shows_at(self, now: datetime) -> datetime:
        """Return when that takes effect which is accepted now and processed later."""
        return now + timedelta(seconds=self.switches.visibility_delay)

    def _settle(self) -> None:
        with self.lock:
            self._ingestion.settle(self.clock.now())

    def _keep_secret(self, key: PrivateKey) -> None:
        self.secrets.add(key.secret)
        self._announce(self, key)

    def _report(self, what: str) -> None:
        self.journal.write("event", what)
