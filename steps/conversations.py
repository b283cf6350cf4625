"""Conversations in Gladly: opening, closing, reopening, and customers who write."""

from collections.abc import Callable

from pytest_bdd import given, parsers, then, when

from harness.actors.api.faults import Faults
from harness.actors.api.traffic import Traffic
from harness.ports import Agent, Control, CustomerChannel, MetricsList, Setup
from harness.values import Customer
from harness.worlds.expect import Expect
from harness.worlds.ledger import Ledger
from harness.worlds.observer import Observer
from steps.context import LONGER_THAN_ANY_PATIENCE, REFUSED, ScenarioContext

HOUR, MINUTE = 3_600, 60
PHONE = "+16505550142"


@given("Sam has opened a conversation with a customer")
def conversation_was_opened(setup: Setup, context: ScenarioContext) -> None:
    _open(setup.sam, context, [context.address()])


@when("Sam opens a conversation with a customer")
def open_conversation(sam: Agent, context: ScenarioContext) -> None:
    _open(sam, context, [context.address()])


@when(parsers.parse('Sam opens a conversation with a customer, and Kim searches the metrics for "{text}"'))
def open_and_search(sam: Agent, metrics_list: MetricsList, context: ScenarioContext, text: str) -> None:
    open_conversation(sam, context)
    metrics_list.search_for(text)


@when("Sam opens a conversation with another customer")
def open_with_another(sam: Agent, context: ScenarioContext) -> None:
    other = context.other_customer = _add_customer(sam, context, [context.address()])
    context.first_conversation, context.conversation = context.conversation, sam.open_conversation(other)


@given(parsers.parse("Sam has opened a conversation with a customer who has {count:d} e-mail addresses"))
def was_opened_with_addresses(setup: Setup, context: ScenarioContext, count: int) -> None:
    _open(setup.sam, context, [context.address() for _ in range(count)])


@when(parsers.parse("Sam opens a conversation with a customer who has {count:d} e-mail addresses"))
def open_with_addresses(sam: Agent, context: ScenarioContext, count: int) -> None:
    _open(sam, context, [context.address() for _ in range(count)])


@when(parsers.parse("Sam opens and closes a conversation with a customer who has {count:d} e-mail addresses"))
def open_and_close_with_addresses(sam: Agent, context: ScenarioContext, count: int) -> None:
    _open(sam, context, [context.address() for _ in range(count)])
    sam.close_conversation(context.conversation)


@when("Sam opens a conversation with a customer who has one address in two spellings")
def open_with_spellings(sam: Agent, context: ScenarioContext) -> None:
    address = context.address()
    _open(sam, context, [address, f" {address.upper()} "])


@when("Sam opens a conversation with a customer who has no e-mail address")
def open_without_address(sam: Agent, context: ScenarioContext) -> None:
    _open(sam, context, [], phone=PHONE)


@when("Sam opens and closes a conversation with a customer who has a name, a phone and an address")
def open_and_close_with_details(sam: Agent, context: ScenarioContext) -> None:
    _open(sam, context, [context.address()], phone=PHONE)
    sam.close_conversation(context.conversation)


@given("Sam has opened and closed a conversation with a customer")
def was_opened_and_closed(setup: Setup, context: ScenarioContext) -> None:
    _open(setup.sam, context, [context.address()])
    setup.sam.close_conversation(context.conversation)


@when("Sam opens and closes a conversation with a customer")
def open_and_close(sam: Agent, context: ScenarioContext) -> None:
    _open(sam, context, [context.address()])
    sam.close_conversation(context.conversation)


@when("Sam opens, closes and reopens a conversation with a customer")
def open_close_reopen(sam: Agent, context: ScenarioContext) -> None:
    open_and_close(sam, context)
    sam.reopen_conversation(context.conversation)


@given("Sam has opened a conversation with a customer, refused by Klaviyo")
def open_refused(setup: Setup, context: ScenarioContext, traffic: Traffic, expect: Expect) -> None:
    _open(setup.sam, context, [context.address()])
    expect.soon("Klaviyo refuses the app", traffic.refusals)


@when("Sam closes the conversation")
@when("Sam closes the conversation again")
def close_conversation(sam: Agent, context: ScenarioContext) -> None:
    sam.close_conversation(context.conversation)


@when("Sam reopens and closes the conversation again")
def reopen_and_close(sam: Agent, context: ScenarioContext) -> None:
    sam.reopen_conversation(context.conversation)
    sam.close_conversation(context.conversation)


@when("Sam reopens the conversation")
def reopen_conversation(sam: Agent, context: ScenarioContext) -> None:
    sam.reopen_conversation(context.conversation)


@when("a customer writes in")
def customer_writes_in(sam: Agent, customer: CustomerChannel, context: ScenarioContext) -> None:
    context.customer = _add_customer(sam, context, [context.address()])
    context.conversation = customer.write(context.customer)


@when(parsers.re(r"the customer answers (?P<hours>\d+) hours? later"))
def customer_answers(
    customer: CustomerChannel, context: ScenarioContext, advance: Callable[[float], None], hours: str
) -> None:
    advance(int(hours) * HOUR)
    context.first_conversation = context.conversation
    context.conversation = customer.write(context.the_customer(), context.conversation)


@given(parsers.parse("{minutes:d} minutes have passed"))
def minutes_pass(advance: Callable[[float], None], minutes: int) -> None:
    advance(minutes * MINUTE)


@given("an event of Sam's conversation with a customer is on its way")
def event_is_on_its_way(setup: Setup, context: ScenarioContext, faults: Faults, expect: Expect) -> None:
    faults.at_klaviyo("timeout", seconds=LONGER_THAN_ANY_PATIENCE)
    _open(setup.sam, context, [context.address()])
    expect.soon("the app sends the event", lambda: not faults.never_struck())


@given("Sam has opened a conversation with a customer whose address Klaviyo refuses")
def was_opened_with_refused(setup: Setup, context: ScenarioContext) -> None:
    _open(setup.sam, context, [REFUSED])


@when("Sam opens a conversation with a customer whose address Klaviyo refuses")
def open_with_refused(sam: Agent, context: ScenarioContext) -> None:
    _open(sam, context, [REFUSED])


@when(
    parsers.parse(
        "Sam opens a conversation with a customer who has {count:d} e-mail addresses, one of which Klaviyo refuses"
    )
)
def open_with_one_refused(sam: Agent, context: ScenarioContext, count: int) -> None:
    emails = [context.address() for _ in range(count - 1)]
    emails.insert(count // 2, REFUSED)
    _open(sam, context, emails)


@when(parsers.parse("Sam opens a conversation with a customer who has the addresses {one} and {other}"))
def open_with_named_addresses(sam: Agent, context: ScenarioContext, one: str, other: str) -> None:
    _open(sam, context, [context.address_for(one), context.address_for(other)])


@when("Sam closes the conversation and opens another one with the same customer")
def close_and_open_another(sam: Agent, context: ScenarioContext) -> None:
    sam.close_conversation(context.conversation)
    context.first_conversation = context.conversation
    context.conversation = sam.open_conversation(context.the_customer())


@given("the customer was merged into another customer")
def was_merged(setup: Setup, control: Control, context: ScenarioContext) -> None:
    other = context.other_customer = _add_customer(setup.sam, context, [context.address()])
    control.merge_customers(context.the_customer(), other)


@given("Sam has opened conversations with two customers, who were merged when both were reported")
def two_were_merged(
    setup: Setup, control: Control, ledger: Ledger, expect: Expect, context: ScenarioContext
) -> None:
    context.customer, context.other_customer = (_in_conversation(setup.sam, context) for _ in "12")
    expect.soon("Klaviyo has both", ledger.open_items, lambda left: not left)
    control.merge_customers(context.customer, context.other_customer)


@given("the customer was deleted")
def was_deleted(control: Control, context: ScenarioContext) -> None:
    control.delete_customer(context.the_customer())


@given("the customer has got another address")
def has_another_address(control: Control, context: ScenarioContext) -> None:
    context.customer = control.change_address(context.the_customer(), context.address())


@then("the conversation is open again")
def is_open_again(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    expect.equal(
        "the conversation that the customer's answer is in",
        seen=context.conversation,
        due=context.first_conversation,
    )
    status = observer.gladly.conversation(context.conversation).status
    expect.equal("the conversation's status in Gladly", seen=status, due="OPEN")


@then("a new conversation has begun")
def new_conversation(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    begun = [one.id for one in observer.gladly.conversations_of(context.the_customer())]
    due = [context.first_conversation, context.conversation]
    expect.equal("the customer's conversations in Gladly", seen=begun, due=due)


def _open(sam: Agent, context: ScenarioContext, emails: list[str], phone: str | None = None) -> None:
    context.customer = _add_customer(sam, context, emails, phone)
    context.conversation = sam.open_conversation(context.customer)


def _add_customer(
    sam: Agent, context: ScenarioContext, emails: list[str], phone: str | None = None
) -> Customer:
    return sam.add_customer(name=context.people.name(), emails=emails, phone=phone)


def _in_conversation(sam: Agent, context: ScenarioContext) -> Customer:
    """Return a new customer with whom ``sam`` has opened the scenario's conversation."""
    context.open_with_many(sam, 1)
    return context.the_customer()
