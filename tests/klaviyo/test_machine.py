"""A machine that sends events for two accounts in any order and always knows what must be readable."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import CLOSED, HOST, STARTED, Caller, Json, event_body, new_key
from tests.length import sized

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
DELAY = 30.0
PEOPLE = ("ann@klaviyo-demo.com", "bo@klaviyo-demo.com", "dropped@example.com")

Fact = tuple[str, str, str]
"""Metric, e-mail address, unique id."""


class Shop:
    """One account, what was sent to it and when each fact must show."""

    def __init__(self, fake: KlaviyoFake, http: httpx.Client) -> None:
        """Open an account with a delay and without limits."""
        self.account: Account = fake.create_account()
        self.account.switches.visibility_delay = DELAY
        self.account.switches.rate_limits = False
        self.caller = Caller(http, new_key(self.account).secret)
        self.due: dict[Fact, datetime] = {}

    def expect(self, fact: Fact, now: datetime) -> None:
        """Remember when ``fact`` shows, unless it is dropped or was sent before."""
        if not fact[1].endswith("@example.com"):
            self.due.setdefault(fact, now + timedelta(seconds=DELAY))

    def read(self) -> Counter[Fact]:
        """Return every fact that can be read, page by page, and how often."""
        found: Counter[Fact] = Counter()
        url: str | None = "/api/events?include=metric,profile&page[size]=3"
        while url is not None:
            page = self.caller.get(url).json()
            by_id = {row["id"]: row["attributes"] for row in page["included"]}
            found.update(_fact(row, by_id) for row in page["data"])
            url = page["links"]["next"]
        return found


def _fact(row: Json, by_id: dict[str, Json]) -> Fact:
    related = row["relationships"]
    metric, profile = (by_id[related[name]["data"]["id"]] for name in ("metric", "profile"))
    return metric["name"], profile["email"], row["attributes"]["event_properties"]["$event_id"]


class Machine(RuleBasedStateMachine):
    """Two accounts on one fake; nothing but the API is looked at."""

    def __init__(self) -> None:
        """Open both."""
        super().__init__()
        self.fake = KlaviyoFake(Runtime.in_process(START))
        self.http = httpx.Client(transport=InProcess(application(self.fake)), base_url=HOST)
        self.shops = [Shop(self.fake, self.http) for _ in range(2)]

    @property
    def now(self) -> datetime:
        """The fake's present moment."""
        return self.fake.runtime.clock.now()

    @rule(
        at=st.integers(0, 1),
        metric=st.sampled_from([STARTED, CLOSED]),
        email=st.sampled_from(PEOPLE),
        unique_id=st.sampled_from(["a", "b"]),
        hours_ago=st.integers(0, 3),
    )
    def send(self, at: int, metric: str, email: str, unique_id: str, hours_ago: int) -> None:
        """Everything that fits is accepted, whatever becomes of it."""
        time = (self.now - timedelta(hours=hours_ago)).isoformat()
        self.shops[at].caller.track(metric, email, unique_id=unique_id, time=time)
        self.shops[at].expect((metric, email, unique_id), self.now)

    @rule(at=st.integers(0, 1), person=st.integers(0, 1))
    def send_again(self, at: int, person: int) -> None:
        """A delivery that is repeated is accepted every time and kept once."""
        for _ in range(2):
            self.send(at, STARTED, PEOPLE[person], "again", 0)

    @rule(at=st.integers(0, 1), email=st.sampled_from(["nonsense", "@", "a b@c.de"]))
    def send_nonsense(self, at: int, email: str) -> None:
        """What is refused is never seen."""
        assert self.shops[at].caller.post(event_body(email=email)).status_code == 400

    @rule(seconds=st.sampled_from([1.0, DELAY / 2, DELAY]))
    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.fake.runtime.clock.advance(seconds)

    @invariant()
    def readable_exactly_once(self) -> None:
        """What is due is readable exactly once in its own account, and nothing else is anywhere."""
        for shop in self.shops:
            assert shop.read() == Counter(fact for fact, due in shop.due.items() if due <= self.now)

    @rule(at=st.integers(0, 1))
    def other_account_sees_nothing(self, at: int) -> None:
        """No key reads an event, metric or profile of the other account by its id."""
        theirs, mine = self.shops[at].caller, self.shops[1 - at].caller
        for path in ("events", "metrics", "profiles"):
            for row in theirs.rows(f"/api/{path}")[:1]:
                assert mine.get(f"/api/{path}/{row['id']}").status_code == 404

    def teardown(self) -> None:
        """Close the client."""
        self.http.close()


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    derandomize=True, deadline=None, max_examples=sized(25, 60), stateful_step_count=20
)
TestMachine.__doc__ = "The machine holds."
