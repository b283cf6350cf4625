"""The clues: what comes nearest to what was expected, told in a sentence."""

import httpx
import pytest

from harness.errors import NotAsExpected
from harness.worlds import memory
from harness.worlds.world import World

EMAIL = "ann@mail.sandbox.gladly.qa"
STARTED = "started conversation in Gladly"
MARK = "In Gladly Conversation"


def sam_opens(world: World) -> None:
    """Let Sam open a conversation with Ann."""
    world.sam.open_conversation(world.sam.add_customer(name="Ann", emails=[EMAIL]))


def another_app_sends(world: World, **about: object) -> None:
    """Send an event about Ann as an app would that gets something wrong."""
    said = {
        "metric": STARTED,
        "email": EMAIL,
        "mark": MARK,
        "value": True,
        "time": "2026-11-23T10:00:00Z",
        **about,
    }
    attributes = {
        "properties": {},
        "time": said["time"],
        "metric": {"data": {"type": "metric", "attributes": {"name": said["metric"]}}},
        "profile": {
            "data": {
                "type": "profile",
                "attributes": {"email": said["email"], "properties": {said["mark"]: said["value"]}},
            }
        },
    }
    httpx.post(
        f"{memory.KLAVIYO}/api/events",
        headers={"Authorization": f"Klaviyo-API-Key {world.app.key}", "revision": "2026-07-15"},
        json={"data": {"type": "event", "attributes": attributes}},
    ).raise_for_status()


def failure(world: World) -> str:
    """Return what is said when something is not as it was expected."""
    with pytest.raises(NotAsExpected) as failed:
        world.expect.that("Klaviyo shows the event", holds=False, seen=None)
    return str(failed.value)


def test_an_app_that_calls_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It accepts what Gladly says, and that is all."""
    monkeypatch.setattr(type(world.app), "_work", lambda _self: None)
    sam_opens(world)
    assert "the app has called neither Gladly nor Klaviyo" in failure(world)


def test_an_app_that_only_asks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks Gladly who the customer is and goes no further."""
    monkeypatch.setattr("integration.dispatcher.Dispatcher.send", lambda _self: None)
    sam_opens(world)
    assert "asked Gladly for the customer (1 x answered 200) and sent nothing to Klaviyo" in failure(world)


def test_an_app_that_turns_gladly_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer to the webhook is told, and how often it came."""
    monkeypatch.setattr("integration.outbox.Outbox.accept", lambda *_: 1 / 0)
    sam_opens(world)
    assert "did not accept what Gladly said, 1 x: CONVERSATION/CREATED: answered 5" in failure(world)


def test_an_app_that_is_down_is_no_clue(world: World) -> None:
    """Many a scenario wants it so."""
    world.app.stop()
    sam_opens(world)
    assert "did not accept" not in failure(world)


def test_what_klaviyo_said(world: World) -> None:
    """An error's own words are told."""
    world.kim.delete_key("Key")
    sam_opens(world)
    assert "Klaviyo answered 401 to POST /api/events: " in failure(world)


@pytest.mark.parametrize(
    ("about", "clue"),
    [
        (
            {"metric": "Started conversation in Gladly"},
            f"Klaviyo has the metric 'Started conversation in Gladly': it is to be {STARTED!r}, the same but for capital",
        ),
        (
            {"metric": "started  conversation in Gladly"},
            f"it is to be {STARTED!r}, the same but for blanks",
        ),
        (
            {"metric": "started conversation in Gladdly"},
            f"Klaviyo has the metric 'started conversation in Gladdly': it is to be {STARTED!r}",
        ),
        (
            {"email": "an@mail.sandbox.gladly.qa"},
            f"a profile 'an@mail.sandbox.gladly.qa': the customer's address is {EMAIL!r}",
        ),
        ({"time": "2026-11-23T09:00:00Z"}, "has a time 1 h before the conversation's"),
        ({"time": "2026-11-23T10:01:30Z"}, "has a time 1 min 30 s after the conversation's"),
        (
            {"value": "true"},
            f"the property {MARK!r} of {EMAIL} is 'true': it is to be true or false, not a text",
        ),
        (
            {"mark": "In Gladly conversation"},
            f"{EMAIL} has the property 'In Gladly conversation': it is to be {MARK!r}",
        ),
    ],
    ids=["capital", "blanks", "letter", "person", "early", "late", "text", "property"],
)
def test_the_nearest_miss(
    world: World, monkeypatch: pytest.MonkeyPatch, about: dict[str, object], clue: str
) -> None:
    """What is almost what it should be is told, with the difference."""
    monkeypatch.setattr("integration.dispatcher.Dispatcher.send", lambda _self: None)
    sam_opens(world)
    another_app_sends(world, **about)
    assert clue in failure(world)


def test_nothing_is_near_when_all_is_well(world: World) -> None:
    """What the app did right is no clue."""
    sam_opens(world)
    assert "to look at" not in failure(world)


def test_trouble_at_gladly_gives_no_clue(world: World) -> None:
    """A system that the scenario has put out of order cannot be asked; what is known without it is told."""
    world.faults.gladly_goes_down("GET /api/v1/customer-profiles/*", status=503)
    sam_opens(world)
    assert "sent nothing to Klaviyo" in failure(world)
