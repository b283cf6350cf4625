"""What one scenario speaks of: its customers, conversations, keys, and what became of the last attempt."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from faker import Faker

from harness.actors.ports import AppForm, Conversation, Customer, FeedRow, Refused

MAIL_DOMAIN = "mail.sandbox.gladly.qa"


@dataclass
class Scene:
    """The scenario's scratchpad, typed. Names and addresses come from its own seeded Faker."""

    people: Faker
    customer: Customer | None = None
    other: Customer | None = None
    conversation: str = ""
    first_conversation: str = ""
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    last_key: str = field(default="", repr=False)
    form: AppForm | None = None
    refusal: str = ""
    search: str = ""
    rows: list[FeedRow] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    door_status: int = 0
    bystanders: set[str] = field(default_factory=set)

    def attempt(self, action: Callable[[], object]) -> None:
        """Do what may be refused, and remember the refusal."""
        try:
            action()
        except Refused as refused:
            self.refusal = str(refused) or "refused without a word"

    def address(self) -> str:
        """Return an e-mail address that nobody else in the scenario has."""
        return f"{self.people.unique.user_name()}@{MAIL_DOMAIN}"

    def emails(self) -> tuple[str, ...]:
        """Return the addresses of the customer the scenario is about."""
        assert self.customer is not None, "no customer has appeared yet"
        return self.customer.emails

    def email(self) -> str:
        """Return the customer's first address, in the spelling that Klaviyo keeps."""
        return self.emails()[0].strip().lower()


@pytest.fixture
def scene(request: pytest.FixtureRequest) -> Scene:
    """Return a fresh scene, seeded by the scenario's name so that a run can be repeated."""
    people = Faker("en_US")
    people.seed_instance(request.node.name)
    return Scene(people)


def began(conversation: Conversation) -> datetime:
    """Return the second in which the conversation began."""
    return conversation.began.astimezone(UTC).replace(microsecond=0)


def closed(conversation: Conversation) -> datetime:
    """Return the second in which the conversation was closed."""
    assert conversation.closed is not None, "the conversation is not closed"
    return conversation.closed.astimezone(UTC).replace(microsecond=0)
