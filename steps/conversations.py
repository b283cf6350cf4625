"""Conversations in Gladly: opening, closing, reopening, and customers who write."""

from pytest_bdd import given, parsers, then, when

from harness.actors.ports import Customer
from harness.worlds.world import World
from steps.scene import Scene

HOUR, MINUTE = 3_600, 60


@given("Sam has opened a conversation with a customer")
@when("Sam opens a conversation with a customer")
def open_conversation(world: World, scene: Scene) -> None:
    _open(world, scene, [scene.address()])


@when("Sam opens a conversation with another customer")
def open_with_another(world: World, scene: Scene) -> None:
    scene.other = _customer(world, scene, [scene.address()])
    scene.first_conversation, scene.conversation = (
        scene.conversation,
        world.sam.open_conversation(scene.other),
    )


@given(parsers.parse("Sam has opened a conversation with a customer who has {count:d} e-mail addresses"))
@when(parsers.parse("Sam opens a conversation with a customer who has {count:d} e-mail addresses"))
def open_with_addresses(world: World, scene: Scene, count: int) -> None:
    _open(world, scene, [scene.address() for _ in range(count)])


@when("Sam opens a conversation with a customer who has one address in two spellings")
def open_with_spellings(world: World, scene: Scene) -> None:
    address = scene.address()
    _open(world, scene, [address, f" {address.upper()} "])


@when("Sam opens a conversation with a customer who has no e-mail address")
def open_without_address(world: World, scene: Scene) -> None:
    _open(world, scene, [], phone="+16505550142")


@when("Sam opens and closes a conversation with a customer who has a name, a phone and an address")
def open_and_close_with_details(world: World, scene: Scene) -> None:
    _open(world, scene, [scene.address()], phone="+16505550142")
    world.sam.close_conversation(scene.conversation)


@given("Sam has opened and closed a conversation with a customer")
@when("Sam opens and closes a conversation with a customer")
def open_and_close(world: World, scene: Scene) -> None:
    _open(world, scene, [scene.address()])
    world.sam.close_conversation(scene.conversation)


@when("Sam opens, closes and reopens a conversation with a customer")
def open_close_reopen(world: World, scene: Scene) -> None:
    open_and_close(world, scene)
    world.sam.reopen_conversation(scene.conversation)


@given("Sam has opened a conversation with a customer, refused by Klaviyo")
def open_refused(world: World, scene: Scene) -> None:
    _open(world, scene, [scene.address()])
    world.wait.until(world.stage.refusals, "Klaviyo refuses the app")


@when("Sam closes the conversation")
@when("Sam closes the conversation again")
def close_conversation(world: World, scene: Scene) -> None:
    world.sam.close_conversation(scene.conversation)


@when("Sam reopens the conversation")
def reopen_conversation(world: World, scene: Scene) -> None:
    world.sam.reopen_conversation(scene.conversation)


@when("a customer writes in")
def customer_writes_in(world: World, scene: Scene) -> None:
    scene.customer = _customer(world, scene, [scene.address()])
    scene.conversation = world.writer.write(scene.customer)


@when(parsers.re(r"the customer answers (?P<hours>\d+) hours? later"))
def customer_answers(world: World, scene: Scene, hours: str) -> None:
    assert scene.customer is not None
    world.advance(int(hours) * HOUR)
    scene.first_conversation = scene.conversation
    scene.conversation = world.writer.write(scene.customer, scene.conversation)


@given(parsers.parse("{minutes:d} minutes have passed"))
def minutes_pass(world: World, minutes: int) -> None:
    world.advance(minutes * MINUTE)


@then("the conversation is open again")
def is_open_again(world: World, scene: Scene) -> None:
    assert scene.conversation == scene.first_conversation
    assert world.sam.conversation(scene.conversation).status == "OPEN"


@then("a new conversation has begun")
def new_conversation(world: World, scene: Scene) -> None:
    assert scene.customer is not None
    begun = [one.id for one in world.sam.conversations_of(scene.customer)]
    assert begun == [scene.first_conversation, scene.conversation]


def _open(world: World, scene: Scene, emails: list[str], phone: str | None = None) -> None:
    scene.customer = _customer(world, scene, emails, phone)
    scene.conversation = world.sam.open_conversation(scene.customer)


def _customer(world: World, scene: Scene, emails: list[str], phone: str | None = None) -> Customer:
    return world.sam.add_customer(name=scene.people.name(), emails=emails, phone=phone)
