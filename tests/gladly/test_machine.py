"""A state machine: whatever customers, agents, Rules and receivers do, the life cycle's promises hold."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fakes.core.faults import Fault
from fakes.core.http.inprocess import InProcess
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.tenants import Runtime
from fakes.gladly.app import application
from fakes.gladly.rules.events.types import RAISED
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import HOOK, START, Receiver, client
from tests.length import sized

CUSTOMERS = 3
TURN = {"CONVERSATION/CREATED": None, "CONVERSATION/CLOSED": "open", "CONVERSATION/REOPENED": "closed"}
"""What a conversation must be before each event of its life cycle."""

anyone = st.integers(0, CUSTOMERS - 1)
mostly_first = st.sampled_from([0, 0, 0, 1])


class LifeCycle(RuleBasedStateMachine):
    """Two organizations of three customers each; the first has a webhook whose other end is not always well."""

    @initialize()
    def found(self) -> None:
        """Found both, with the webhook on."""
        self.accepted: Counter[str] = Counter()
        self.repeats_allowed = 0
        self.receiver = Receiver(then=self.arrive)
        self.runtime = Runtime.in_process(START)
        self.fake = GladlyFake(self.runtime, strict=True, transport=httpx.MockTransport(self.receiver))
        self.provisioned = [self.fake.create_organization() for _ in range(2)]
        self.apis = [client(self.fake, one.organization, one.api_user, one.token) for one in self.provisioned]
        headers = {CONTROL_HEADER: self.fake.control_token}
        self.control = httpx.Client(
            transport=InProcess(application(self.fake)), base_url="http://gladly.test", headers=headers
        )
        self.conversations: list[set[str]] = [set(), set()]
        self.owed: set[str] = set()
        self.seen = 0
        self.merges_left = 2
        for number, one in enumerate(self.provisioned):
            one.organization.switches.rate_limits = False
            for which in range(CUSTOMERS):
                body = {"id": f"c{number}{which}", "emails": [{"original": f"c{which}@shop.example"}]}
                assert self.apis[number].post("/api/v1/customer-profiles", json=body).status_code == 201
        self.notice()
        self.owed.clear()
        made = self.apis[0].post("/api/v1/webhooks", json={"url": HOOK, "events": RAISED, "enabled": True})
        self.webhook = made.headers["Location"]

    def teardown(self) -> None:
        """Let everything arrive that is on its way, and see that nothing is missing and nothing came twice unasked."""
        if not hasattr(self, "fake"):
            return
        self.receiver.status = 200
        self.runtime.clock.advance(3600)
        self.notice()
        assert self.owed == set()
        assert self.accepted.total() - len(self.accepted) <= self.repeats_allowed
        self.fake.close()
        self.runtime.close()

    def notice(self) -> None:
        """Add what was raised to what is owed, take off what was accepted; an enabled webhook is owed everything."""
        log = self.provisioned[0].organization.events.log()
        if self.is_on():
            self.owed |= {event.id for event in log[self.seen :]}
        else:
            self.owed.clear()
        self.seen = len(log)
        self.owed -= set(self.accepted)

    def arrive(self, event: dict[str, Any]) -> None:
        """Remember what the receiver accepts; nothing of the other organization's is among it."""
        if event["type"] != "PING":
            assert event["id"] in {each.id for each in self.provisioned[0].organization.events.log()}
        if self.receiver.status < 300:
            self.accepted[event["id"]] += 1

    def is_on(self) -> bool:
        """Say whether the webhook is on."""
        return any(webhook.enabled for webhook in self.provisioned[0].organization.webhooks)

    def ask(self, org: int, path: str, **body: Any) -> httpx.Response:
        """Make a control call."""
        return self.control.post(
            f"/_fake/organizations/{self.provisioned[org].organization.id}/{path}", json=body
        )

    def on_some(self, org: int, which: int, act: Callable[[str], object]) -> None:
        """Act on a conversation of the organization, if there is one."""
        known = sorted(self.conversations[org])
        if known:
            act(known[which % len(known)])
        self.notice()

    def keep(self, org: int, answer: httpx.Response, name: str) -> None:
        """Remember the conversation that the answer names."""
        if answer.is_success:
            self.conversations[org].add(answer.json()[name])
        self.notice()

    @rule(org=mostly_first, which=anyone, by=st.sampled_from(["customer", "agent"]))
    def begin(self, org: int, which: int, by: str) -> None:
        """Somebody begins a conversation."""
        answer = self.ask(org, "conversations", customer_id=f"c{org}{which}", opened_by=by)
        self.keep(org, answer, "id")

    @rule(org=mostly_first, which=st.integers(0, 9))
    def begin_anew(self, org: int, which: int) -> None:
        """A Rule closes a conversation and its customer begins another: then there are two to mix up."""

        def act(one: str) -> None:
            owner = self.apis[org].get(f"/api/v1/conversations/{one}").json()["customerId"]
            self.ask(org, f"conversations/{one}/close")
            self.keep(org, self.ask(org, "conversations", customer_id=owner), "id")

        self.on_some(org, which, act)

    @rule(org=mostly_first, which=anyone)
    def reopen_as_agent(self, org: int, which: int) -> None:
        """An agent chooses Reopen."""
        ask = {"customer_id": f"c{org}{which}", "opened_by": "agent", "choice": "reopen"}
        self.keep(org, self.ask(org, "conversations", **ask), "id")

    @rule(org=mostly_first, which=st.integers(0, 9), by=st.sampled_from(["customer", "agent"]))
    def write(self, org: int, which: int, by: str) -> None:
        """Somebody writes."""

        def act(one: str) -> None:
            self.keep(org, self.ask(org, f"conversations/{one}/messages", **{"from": by}), "conversation_id")

        self.on_some(org, which, act)

    @rule(org=mostly_first, which=st.integers(0, 9))
    def close_by_rule(self, org: int, which: int) -> None:
        """A Rule closes."""
        self.on_some(org, which, lambda one: self.ask(org, f"conversations/{one}/close"))

    @rule(
        org=mostly_first,
        which=st.integers(0, 9),
        value=st.sampled_from(["OPEN", "CLOSED"]),
        force=st.sampled_from([True, True, False]),
    )
    def patch(self, org: int, which: int, value: str, force: bool) -> None:
        """An API user opens or closes."""
        body = {"status": {"value": value, "force": force}}
        self.on_some(org, which, lambda one: self.apis[org].patch(f"/api/v1/conversations/{one}", json=body))

    @precondition(lambda self: self.merges_left)
    @rule(org=mostly_first, source=anyone, into=anyone)
    def merge(self, org: int, source: int, into: int) -> None:
        """An agent merges two customers; not so often that nobody is left."""
        self.merges_left -= 1
        answer = self.ask(org, f"customers/c{org}{source}/merge", into=f"c{org}{into}")
        if answer.is_success:
            gone = answer.json()["source_conversation_id"]
            self.conversations[org].discard(gone)
            assert not gone or self.apis[org].get(f"/api/v1/conversations/{gone}").status_code == 404
        self.notice()

    @rule(hours=st.sampled_from([0.01, 1, 25]))
    def wait(self, hours: float) -> None:
        """Time goes by."""
        self.runtime.clock.advance(hours * 3600)
        self.notice()

    @rule(status=st.sampled_from([200, 204, 500]))
    def answer_with(self, status: int) -> None:
        """The receiver gets well or ill."""
        self.receiver.status = status

    @rule(kind=st.sampled_from(["duplicate", "reorder", "delay"]))
    def misbehave(self, kind: str) -> None:
        """A delivery is to go out twice, late, or out of turn."""
        self.provisioned[0].organization.faults.arm(Fault("CONVERSATION/*", kind, seconds=20))
        self.repeats_allowed += kind == "duplicate"

    @precondition(lambda self: self.receiver.status == 200)
    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        """The webhook is switched on or off."""
        assert self.apis[0].patch(self.webhook, json={"enabled": on}).status_code == 204
        self.notice()

    @rule(org=mostly_first, which=st.integers(0, 9))
    def pry(self, org: int, which: int) -> None:
        """The other organization's token asks for what is not its own, there and at home."""

        def act(one: str) -> None:
            path, stranger = f"/api/v1/conversations/{one}", self.apis[1 - org]
            assert stranger.get(path).status_code == 404
            assert stranger.get(f"{self.provisioned[org].organization.home}{path}").status_code == 401
            assert stranger.patch(path, json={"status": {"value": "OPEN"}}).status_code == 404

        self.on_some(org, which, act)

    @invariant()
    def one_at_most(self) -> None:
        """No customer has two conversations that are not closed."""
        for org, one in enumerate(self.provisioned):
            for which in range(CUSTOMERS):
                found = one.organization.conversations.of_customer(f"c{org}{which}")
                assert sum(not each.is_closed for each in found) <= 1
                assert {each.id for each in found} <= self.conversations[org]

    @invariant()
    def events_take_turns(self) -> None:
        """A conversation is created once, then closed and reopened by turns, as its events tell."""
        for one in self.provisioned:
            now: dict[str, str | None] = {}
            for event in one.organization.events.log():
                if event.type in TURN and event.content is not None:
                    conversation = event.content["conversationId"]
                    assert now.get(conversation) == TURN[event.type]
                    now[conversation] = "closed" if event.type == "CONVERSATION/CLOSED" else "open"


LifeCycle.TestCase.settings = settings(
    max_examples=sized(35, 100),
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestLifeCycle = LifeCycle.TestCase
