"""Trouble on the way: Gladly's messages, Klaviyo's moods, crashes, strangers."""

import json

from pytest_bdd import given, parsers, then, when

from harness.worlds.app import Credentials
from harness.worlds.world import World
from steps.scene import Scene

CREATED = "CONVERSATION/CREATED"
ASKING_FOR_A_CUSTOMER = "GET /api/v1/customer-profiles/*"
GLADLYS_TROUBLE = {"fail": "status", "be too busy": "throttle", "hang up": "reset", "be garbled": "garbage"}
AT_THE_EDGE = {"a challenge": 403, "an error page": 522}
STRANGERS = {"with a guess": Credentials("stranger", "guess"), "without a word": None}
NONSENSE = {
    "plain text": b"this is no event",
    "an empty object": b"{}",
    "a list": b"[]",
    "half an event": b'{"type":',
}
SECONDS_TO_THE_FIRST_RETRY = 30.0
UNAUTHORIZED, BAD_REQUEST = 401, 400
ASKED_WAIT = 2.0


@given("Gladly will say twice that a conversation was created")
def gladly_repeats(world: World) -> None:
    world.stage.trouble_gladly(CREATED, "duplicate")


@given("Gladly will say late that a conversation was created")
def gladly_is_late(world: World) -> None:
    world.stage.trouble_gladly(CREATED, "reorder")


@given(parsers.parse("Gladly will {trouble} when it is asked for the customer"))
def gladly_is_in_trouble(world: World, trouble: str) -> None:
    world.stage.trouble_gladly(ASKING_FOR_A_CUSTOMER, GLADLYS_TROUBLE[trouble])


@given("Klaviyo has retired the legacy API")
def legacy_retired(world: World) -> None:
    world.stage.retire_legacy_api()


@given("Klaviyo will ask the app to wait for 2 seconds")
def klaviyo_throttles(world: World) -> None:
    world.stage.trouble_klaviyo("throttle", seconds=ASKED_WAIT)


@given("Klaviyo will fail twice")
def klaviyo_fails(world: World) -> None:
    world.stage.trouble_klaviyo("status", times=2, status=503)


@given("Klaviyo will hang up once")
def klaviyo_hangs_up(world: World) -> None:
    world.stage.trouble_klaviyo("reset")


@given("Klaviyo will keep silent once")
def klaviyo_is_silent(world: World) -> None:
    world.stage.trouble_klaviyo("timeout", seconds=1)


@given("Klaviyo will take the event but lose the answer")
def klaviyo_loses_answer(world: World) -> None:
    world.stage.trouble_klaviyo("truncate")


@given(parsers.parse("the way to Klaviyo will be barred once by {what}"))
def klaviyo_is_not_reached(world: World, what: str) -> None:
    world.stage.trouble_klaviyo("edge", status=AT_THE_EDGE[what])


@given("Klaviyo is down")
def klaviyo_is_down(world: World) -> None:
    world.stage.trouble_klaviyo("status", times=1_000, status=503)


@when("Klaviyo is up again")
def klaviyo_is_up(world: World) -> None:
    world.stage.relieve_klaviyo()


@given("the app has crashed and started again")
def app_crashes(world: World) -> None:
    world.wait.until(lambda: not world.stage.undelivered(), "the app has accepted what Gladly said")
    world.app.crash()
    world.app.start_again()


@given("the app is down")
def app_is_down(world: World) -> None:
    world.app.crash()


@when("the app is up again and Gladly repeats itself")
def app_is_up(world: World) -> None:
    world.app.start_again()
    world.advance(SECONDS_TO_THE_FIRST_RETRY)


@given("Gladly has failed to reach the app")
def gladly_failed(world: World) -> None:
    world.wait.until(world.stage.refused_deliveries, "Gladly has tried in vain")


@when(parsers.parse("a stranger {manner} tells the app of a conversation with a customer"))
def stranger_reports(world: World, scene: Scene, manner: str) -> None:
    scene.customer = world.sam.add_customer(name=scene.people.name(), emails=[scene.address()])
    event = {
        "id": "a-strangers-event-0001",
        "type": CREATED,
        "timestamp": "2026-11-23T10:00:00.000Z",
        "content": {"customerId": scene.customer.id, "conversationId": "none"},
    }
    scene.door_status = world.post_to_app(json.dumps(event).encode(), STRANGERS[manner])


@when(parsers.parse("{nonsense} is sent to the app in Gladly's name"))
def send_nonsense(world: World, scene: Scene, nonsense: str) -> None:
    scene.door_status = world.post_to_app(NONSENSE[nonsense], world.webhook)


@then("the app turns the stranger away")
def turned_away(scene: Scene) -> None:
    assert scene.door_status == UNAUTHORIZED


@then("the app calls it no event of Gladly")
def called_nonsense(scene: Scene) -> None:
    assert scene.door_status == BAD_REQUEST


@then("the app has waited as long as it was asked to")
def has_waited(world: World) -> None:
    assert world.stage.shortest_wait_after_throttling() >= ASKED_WAIT


@then("Klaviyo refuses the app's key")
def key_is_refused(world: World) -> None:
    world.wait.until(world.stage.refusals, "Klaviyo refuses the app's key")


@then("Gladly has had every message accepted by the app")
def all_accepted(world: World) -> None:
    world.wait.until(lambda: not world.stage.undelivered(), "Gladly has had every message accepted")
    assert world.stage.refused_deliveries() == []


@then(parsers.parse("the app used the {api} API"))
def used_api(world: World, api: str) -> None:
    world.wait.until(
        lambda: world.stage.api_of_the_last_event() == api, f"the last event came by the {api} API"
    )


@then("the app has printed none of its keys and tokens")
def nothing_printed(world: World) -> None:
    assert world.app.leaks() == []
