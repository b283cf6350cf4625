"""A machine that makes, uses, disables and deletes keys of two accounts under limits: who gets in, and how often."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import PrivateKey
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import HOST, Caller, event_body, new_key
from tests.length import sized

START = datetime(2026, 11, 23, 10, 0, 59, 500_000, tzinfo=UTC)
PATHS = {"/api/metrics": Tier.M, "/api/accounts": Tier.XS}
"""What is read, and how often it may be in a second and in a minute."""

which = st.integers(0, 1)


@dataclass
class Shop:
    """One account, its keys by what has become of them, and its calls of each path, when they were taken."""

    account: Account
    working: list[PrivateKey] = field(default_factory=list)
    off: list[PrivateKey] = field(default_factory=list)
    gone: list[PrivateKey] = field(default_factory=list)
    taken: dict[str, list[datetime]] = field(default_factory=lambda: {path: [] for path in PATHS})

    def expected(self, path: str, now: datetime) -> int:
        """Return what the next call of ``path`` must be answered with."""
        calls, tier = self.taken[path], PATHS[path]
        in_second = sum(one.replace(microsecond=0) == now.replace(microsecond=0) for one in calls)
        in_minute = sum(
            one.replace(second=0, microsecond=0) == now.replace(second=0, microsecond=0) for one in calls
        )
        return 429 if in_second >= tier.burst or in_minute >= tier.steady else 200


class KeyMachine(RuleBasedStateMachine):
    """Two accounts on one fake, with limits."""

    def __init__(self) -> None:
        """Open both with one key each."""
        super().__init__()
        self.fake = KlaviyoFake(Runtime.in_process(START))
        self.http = httpx.Client(transport=InProcess(application(self.fake)), base_url=HOST)
        self.shops = [Shop(self.fake.create_account()) for _ in range(2)]
        for at in range(2):
            self.make(at)

    @rule(at=which)
    def make(self, at: int) -> None:
        """A key is made."""
        self.shops[at].working.append(new_key(self.shops[at].account))

    @rule(
        at=which,
        path=st.sampled_from(sorted(PATHS)),
        number=st.integers(0, 5),
        times=st.sampled_from([1, 2, 11, 16]),
    )
    def read(self, at: int, path: str, number: int, times: int) -> None:
        """Any working key gets in as often as the account may in all, and a wait is true to the second."""
        shop, clock = self.shops[at], self.fake.runtime.clock
        for turn in range(times if shop.working else 0):
            key = shop.working[(number + turn) % len(shop.working)]
            expected = shop.expected(path, clock.now())
            answer = Caller(self.http, key.secret).get(path)
            assert answer.status_code == expected
            if expected == 200:
                shop.taken[path].append(clock.now())
            else:
                wait = int(answer.headers["Retry-After"])
                assert 1 <= wait <= 60

    @rule(at=which)
    def wait_as_told(self, at: int) -> None:
        """Who waits as long as the answer says is let in."""
        shop, path = self.shops[at], "/api/accounts"
        if not shop.working:
            return
        caller = Caller(self.http, shop.working[0].secret)
        refused = caller.get(path)
        if refused.status_code == 200:
            shop.taken[path].append(self.fake.runtime.clock.now())
            return
        self.fake.runtime.clock.advance(float(refused.headers["Retry-After"]))
        assert caller.get(path).status_code == 200
        shop.taken[path].append(self.fake.runtime.clock.now())

    @rule(at=which, number=st.integers(0, 5), way=st.sampled_from(["delete", "disable"]))
    def take_away(self, at: int, number: int, way: str) -> None:
        """A key is deleted for good, or disabled."""
        shop = self.shops[at]
        if not shop.working:
            return
        key = shop.working.pop(number % len(shop.working))
        if way == "delete":
            shop.account.keys.delete(None, key.id)
            shop.gone.append(key)
        else:
            shop.account.keys.update(None, key.id, disabled=True)
            shop.off.append(key)

    @rule(at=which)
    def enable(self, at: int) -> None:
        """A disabled key is enabled again, and works again."""
        shop = self.shops[at]
        if shop.off:
            key = shop.off.pop()
            shop.account.keys.update(None, key.id, disabled=False)
            shop.working.append(key)

    @rule(seconds=st.sampled_from([0.4, 1.0, 30.0, 60.0]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.fake.runtime.clock.advance(seconds)

    @invariant()
    def nobody_else_gets_in(self) -> None:
        """No deleted or disabled key reads or writes, in any account; nothing of theirs is ever seen."""
        for shop in self.shops:
            for key in [*shop.off, *shop.gone]:
                caller = Caller(self.http, key.secret)
                assert caller.get("/api/metrics").status_code == 401
                assert caller.post(event_body()).status_code == 401
            assert len(list(shop.account.events.between())) == 0

    @invariant()
    def keys_show_their_own_account(self) -> None:
        """The list of keys shows those of the account that are not deleted, no other's."""
        for shop in self.shops:
            shown = {key.id for key in shop.account.keys.all(None)}
            assert shown == {key.id for key in [*shop.working, *shop.off]}

    def teardown(self) -> None:
        """Close the client."""
        self.http.close()


TestKeyMachine = KeyMachine.TestCase
TestKeyMachine.settings = settings(
    derandomize=True, deadline=None, max_examples=sized(20, 40), stateful_step_count=20
)
TestKeyMachine.__doc__ = "The machine holds."
