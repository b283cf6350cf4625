"""A machine that calls with several keys of two accounts at any pace and knows which calls must be taken."""

import math
from datetime import UTC, datetime

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.klaviyo.app import application
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import HOST, Caller, new_key
from tests.length import sized

START = datetime(2026, 11, 23, 10, 0, 3, 131026, tzinfo=UTC)
PREDICTIONS = "additional-fields[profile]=predictive_analytics"
CALLS: dict[str, list[tuple[str, int, int]]] = {
    "/api/accounts": [("accounts", 1, 15)],
    "/api/segments/NOPE01/tags": [("tags", 3, 60)],
    "/api/metrics": [("metrics", 10, 150)],
    f"/api/profiles?{PREDICTIONS}": [("profiles", 75, 750), ("predictions", 10, 150)],
    f"/api/profiles/NOPE01?{PREDICTIONS}&include=lists": [
        ("profile", 75, 750),
        ("predictions", 10, 150),
        ("lists", 1, 15),
    ],
}
"""What each call is counted in, with the limits of a second and of a minute (Klaviyo OpenAPI)."""


class LimitsMachine(RuleBasedStateMachine):
    """Two keys of each of two accounts; a call is taken if all its windows have room, and only then counts."""

    def __init__(self) -> None:
        """Open both accounts."""
        super().__init__()
        self.fake = KlaviyoFake(Runtime.in_process(START))
        self.http = httpx.Client(transport=InProcess(application(self.fake)), base_url=HOST)
        accounts = [self.fake.create_account() for _ in range(2)]
        self.callers = [
            [Caller(self.http, new_key(account).secret) for _ in range(2)] for account in accounts
        ]
        self.taken: list[tuple[int, str, float]] = []

    @property
    def now(self) -> float:
        """The fake's present moment in seconds."""
        return self.fake.runtime.clock.now().timestamp()

    def _wait(self, at: int, path: str) -> int:
        """Return the whole seconds until the fullest window of a call ends, 0 if all have room."""
        waits = [0]
        for family, burst, steady in CALLS[path]:
            mine = [moment for who, what, moment in self.taken if (who, what) == (at, family)]
            for length, most in ((1, burst), (60, steady)):
                window = self.now // length
                if sum(moment // length == window for moment in mine) >= most:
                    waits.append(max(1, math.ceil((window + 1) * length - self.now)))
        return max(waits)

    @rule(
        at=st.integers(0, 1),
        key=st.integers(0, 1),
        path=st.sampled_from(list(CALLS)),
        times=st.sampled_from([1, 2, 12]),
    )
    def call(self, at: int, key: int, path: str, times: int) -> None:
        """Calls are taken or told the wait, whichever key of the account makes them."""
        for _ in range(times):
            wait = self._wait(at, path)
            reply = self.callers[at][key].get(path)
            assert (reply.status_code == 429) == bool(wait)
            assert reply.headers.get("retry-after") == (str(wait) if wait else None)
            assert ("ratelimit-limit" in reply.headers) == (not wait)
            if not wait:
                self.taken += [(at, family, self.now) for family, _, _ in CALLS[path]]

    @rule(at=st.integers(0, 1), path=st.sampled_from(list(CALLS)))
    def obey(self, at: int, path: str) -> None:
        """A caller that waits as long as it is told is taken, unless the minute is full as well."""
        wait = self._wait(at, path)
        self.fake.runtime.clock.advance(wait)
        self.call(at, 0, path, 1)

    @rule(seconds=st.sampled_from([0.25, 1.0, 7.0, 40.0]))
    def pass_time(self, seconds: float) -> None:
        """Time goes by."""
        self.fake.runtime.clock.advance(seconds)

    def teardown(self) -> None:
        """Close the client."""
        self.http.close()


TestLimitsMachine = LimitsMachine.TestCase
TestLimitsMachine.settings = settings(
    derandomize=True, deadline=None, max_examples=sized(15, 25), stateful_step_count=20
)
TestLimitsMachine.__doc__ = "The limits hold under the clock."
