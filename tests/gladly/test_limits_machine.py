"""A state machine: whatever two organizations ask and however time goes by, each has its ten calls a second."""

from collections import Counter
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fakes.core.tenants import Runtime
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import START, client
from tests.length import sized

CALLS = {
    "GET": "/api/v1/organization",
    "POST": "/api/v1/customer-profiles",
    "DELETE": "/api/v1/webhooks/nope",
}
LIMIT = 10
org = st.integers(0, 1)


class Limits(RuleBasedStateMachine):
    """Two organizations and a model of what each has left; the first may count each method on its own."""

    @initialize(per_method=st.booleans())
    def found(self, per_method: bool) -> None:
        """Found both."""
        self.runtime = Runtime.in_process(START)
        self.fake = GladlyFake(self.runtime, strict=True)
        self.provisioned = [self.fake.create_organization() for _ in range(2)]
        self.provisioned[0].organization.switches.rate_limit_per_method = per_method
        self.per_method = per_method
        self.apis = [client(self.fake, one.organization, one.api_user, one.token) for one in self.provisioned]
        self.asked: Counter[tuple[int, str, datetime]] = Counter()
        self.served: Counter[tuple[int, str, datetime]] = Counter()

    def teardown(self) -> None:
        """Close what was opened."""
        if hasattr(self, "fake"):
            self.fake.close()
            self.runtime.close()

    @rule(which=org, method=st.sampled_from(sorted(CALLS)), times=st.integers(1, 12))
    def ask(self, which: int, method: str, times: int) -> None:
        """Ask some times in a row: what is over the limit is refused, and the header tells what is left."""
        bucket = method if self.per_method and which == 0 else "all"
        for _ in range(times):
            key = (which, bucket, self.runtime.clock.now().replace(microsecond=0))
            self.asked[key] += 1
            answer = self.apis[which].request(method, CALLS[method], json={} if method == "POST" else None)
            assert (answer.status_code == 429) is (self.asked[key] > LIMIT)
            assert answer.headers["Ratelimit-Limit-Second"] == str(LIMIT)
            assert answer.headers["Ratelimit-Remaining-Second"] == str(max(LIMIT - self.asked[key], 0))
            self.served[key] += answer.status_code != 429

    @rule(seconds=st.sampled_from([0.05, 0.5, 1, 60]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.runtime.clock.advance(seconds)

    @invariant()
    def ten_at_most(self) -> None:
        """In no second was more served than the limit, and never less than was asked up to it."""
        for key, asked in self.asked.items():
            assert self.served[key] == min(asked, LIMIT)


Limits.TestCase.settings = settings(
    max_examples=sized(15, 25),
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
)
TestLimits = Limits.TestCase
