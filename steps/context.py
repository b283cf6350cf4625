"""What one scenario speaks of: its customers, conversations, keys, and what became of the last attempt."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from faker import Faker

from harness.errors import Refused as RefusedError
from harness.ports import Agent
from harness.values import AppForm, Conversation, Customer, FeedRow

T = TypeVar("T")
REFUSED = "sam@nowhere"
"""An address that Gladly takes and Klaviyo refuses: its domain has no dot."""
ASKING_FOR_A_CUSTOMER = "GET /api/v1/customer-profiles/*"
LONGER_THAN_ANY_PATIENCE = 120.0
"""Seconds: whoever has no timeout of its own waits as long, which is longer than the harness does."""


@dataclass
class ScenarioContext:
    """The scenario's notes, typed. Names and addresses come from its own seeded Faker; the world says at which domain."""

    people: Faker
    address_for: Callable[[str], str]
    customer: Customer | None = None
    other_customer: Customer | None = None
    conversation: str = ""
    first_conversation: str = ""
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    last_key: str = field(default="", repr=False)
    tried: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    form: AppForm | None = None
    refusal: str = ""
    rows: list[FeedRow] = field(default_factory=list)
    answer_to_webhook: int = 0
    answers: set[tuple[int, bytes, tuple[tuple[str, str], ...]]] = field(default_factory=set)
    asked_wait: float = 0.0
    killed: int = 0

    def attempt(self, action: Callable[[], object]) -> None:
        """Do what may be refused, and remember the refusal."""
        try:
            action()
        except RefusedError as refused:
            self.refusal = str(refused) or "refused without a word"

    def address(self) -> str:
        """Return an e-mail address that nobody else in the scenario has."""
        return self.address_for(self.people.unique.user_name())

    def the_customer(self) -> Customer:
        """Return the customer the scenario is about; ``LookupError`` before one has appeared."""
        return _there(self.customer, "no customer has appeared yet")

    def the_other_customer(self) -> Customer:
        """Return the second customer; ``LookupError`` before one has appeared."""
        return _there(self.other_customer, "no other customer has appeared yet")

    def open_form(self) -> AppForm:
        """Return the form that was opened; ``LookupError`` before that."""
        return _there(self.form, "the form has not been opened")

    def open_with_many(self, sam: Agent, count: int) -> list[str]:
        """Have ``sam`` open a conversation with so many new customers, and return the conversations."""
        opened = []
        for _ in range(count):
            self.customer = sam.add_customer(name=self.people.name(), emails=[self.address()])
            self.conversation = sam.open_conversation(self.customer)
            opened.append(self.conversation)
        return opened

    def meet_with_two(self, sam: Agent) -> tuple[Customer, Callable[[], None]]:
        """Make a customer who has two addresses; return them, and how ``sam`` opens and closes a conversation with them."""
        customer = sam.add_customer(name=self.people.name(), emails=[self.address(), self.address()])

        def talk() -> None:
            self.customer, self.conversation = customer, sam.open_conversation(customer)
            sam.close_conversation(self.conversation)

        return customer, talk

    def what_was_tried(self, key: str) -> dict[str, set[str]]:
        """Return where the key of this name was let in; ``LookupError`` before it was tried."""
        return _there(self.tried.get(key), f"the key {key!r} has not been tried")

    def emails(self) -> tuple[str, ...]:
        """Return the addresses of the customer the scenario is about."""
        return self.the_customer().emails

    def email(self) -> str:
        """Return the customer's first address, in the spelling that Klaviyo keeps."""
        return self.emails()[0].strip().lower()


@pytest.fixture
def context(request: pytest.FixtureRequest, address: Callable[[str], str]) -> ScenarioContext:
    """Return fresh notes, seeded by the scenario's name, and by ``--seed``, so that a run can be repeated."""
    people = Faker("en_US")
    people.seed_instance(f"{request.node.name} {request.config.getoption('--seed') or ''}".strip())
    return ScenarioContext(people, address)


def began(conversation: Conversation) -> datetime:
    """Return the second in which the conversation began."""
    return conversation.began.astimezone(UTC).replace(microsecond=0)


def closed(conversation: Conversation) -> datetime:
    """Return the second in which the conversation was closed; ``LookupError`` while it is not."""
    at = _there(conversation.closed, "the conversation is not closed")
    return at.astimezone(UTC).replace(microsecond=0)


def _there(found: T | None, otherwise: str) -> T:
    if found is None:
        raise LookupError(otherwise)
    return found
