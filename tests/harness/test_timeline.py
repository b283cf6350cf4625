"""The timeline: who did what, in which step, and what came of it at the other system."""

from harness.actors.api.timeline import MOST, Entry, lags
from harness.worlds.world import World


def told(world: World) -> list[list[Entry]]:
    """Return what happened in each step, of a world that has a timeline."""
    assert world.timeline is not None
    return world.timeline.steps()


def step_done(world: World) -> None:
    """Let a step be over."""
    assert world.timeline is not None
    world.timeline.step_done()


def test_a_conversation_is_one_thread_from_gladly_to_klaviyo(world: World) -> None:
    """What Gladly raises, the webhook it sends, the app's call and the event at Klaviyo name the same address, in this order."""
    step_done(world)
    anna = world.sam.add_customer(name="Anna", emails=["anna@mail.sandbox.gladly.qa"])
    world.sam.open_conversation(anna)
    _, step = told(world)
    about = [(one.kind, one.system) for one in step if "anna@mail.sandbox.gladly.qa" in one.about]
    assert about == [("event", "Gladly"), ("webhook", "Gladly"), ("call", "Klaviyo"), ("event", "Klaviyo")]
    named = [one.about[0] for one in step if one.kind in {"webhook", "event"} and one.system == "Gladly"]
    assert named == ["conversation 1", "conversation 1"]


def test_who_only_looks_is_not_in_it(world: World) -> None:
    """What the harness reads to see what happened is nothing that happened."""
    step_done(world)
    world.observer.klaviyo.search_metrics("")
    world.observer.gladly.app_form()
    assert told(world)[1] == []


def test_the_app_is_told_from_the_people(world: World) -> None:
    """A customer that Sam adds by Gladly's API is Sam's doing; what the app asks then is the app's."""
    step_done(world)
    world.sam.open_conversation(world.sam.add_customer(name="Bo", emails=["bo@mail.sandbox.gladly.qa"]))
    _, step = told(world)
    who = {one.path: one.who for one in step if one.kind == "call"}
    assert who == {
        "/api/v1/customer-profiles": "a person, by Gladly's API",
        "/api/v1/customer-profiles/<customer 1>": "the app",
        "/api/events": "the app",
    }
    assert world.timeline is not None
    assert all(agent.startswith("python-httpx/") for agent in world.timeline.agents)
    assert world.timeline.agents


def test_no_key_stands_in_it(world: World) -> None:
    """Keys and passwords are not in what calls and answers say."""
    key = world.setup.make_key("Another", scopes={"Events": "Full Access"})
    world.dana.app_form()
    world.dana.save_app(private_key=key)
    said = str(told(world))
    assert key not in said
    assert not [secret for secret in world.secrets() if secret in said]


def test_a_call_without_an_answer_is_told(world: World) -> None:
    """A connection that was cut shows with the trouble that cut it, and the call that came after it."""
    step_done(world)
    world.faults.at_klaviyo("reset")
    world.sam.open_conversation(world.sam.add_customer(name="Cy", emails=["cy@mail.sandbox.gladly.qa"]))
    world.advance(120)
    _, step = told(world)
    calls = [(one.fault, one.status) for one in step if one.kind == "call" and one.system == "Klaviyo"]
    assert calls == [("reset", 0), ("", 202)]


def test_calls_in_gladlys_place_are_told(world: World) -> None:
    """Whoever calls the webhook is named, with what was sent and how the app answered."""
    caller = world.webhook_caller
    caller.post(b'{"type": "CONVERSATION/CREATED"}', None)
    caller.post(b"nonsense", caller.credentials)
    step_done(world)
    [step, _] = told(world)
    by_hand = [(one.who, one.what, one.request) for one in step if one.request and one.kind == "webhook"]
    assert by_hand == [
        (
            "a stranger without credentials",
            "CONVERSATION/CREATED: answered 401",
            '{"type": "CONVERSATION/CREATED"}',
        ),
        ("Gladly, once more", "no event: answered 400", "nonsense"),
    ]


def test_a_step_with_very_much_is_cut_and_says_so(world: World) -> None:
    """The number of what was left out is told."""
    step_done(world)
    for number in range(MOST):
        email = f"crowd-{number}@mail.sandbox.gladly.qa"
        world.sam.open_conversation(world.sam.add_customer(name="Crowd", emails=[email]))
    _, step = told(world)
    assert len(step) == MOST + 1
    assert step[-1].what.startswith("and ")


def test_equal_things_in_a_row_are_one_with_their_number() -> None:
    """Two that differ in their time alone are alike; another address makes another."""
    one = Entry("call", "Klaviyo", "the app", "POST", 1.0)
    assert one.is_like(Entry("call", "Klaviyo", "the app", "POST", 2.0, times=3))
    assert not one.is_like(Entry("call", "Klaviyo", "the app", "POST", 1.0, about=("a@b.example",)))


def test_a_lag_is_counted_for_each_address_and_kind() -> None:
    """Each event at Klaviyo is measured from the first event of its kind at Gladly that was not yet answered."""

    def event(system: str, what: str, at: float, *about: str) -> Entry:
        return Entry("event", system, "somebody", what, at, about=about)

    steps = [
        [
            event("Gladly", "CONVERSATION/CREATED", 1.0, "conversation 1", "a@b.example", "c@d.example"),
            event("Klaviyo", "'started conversation in Gladly' for a@b.example", 1.5, "a@b.example"),
        ],
        [
            event("Gladly", "CONVERSATION/CLOSED", 4.0, "conversation 1", "a@b.example"),
            event("Klaviyo", "'closed conversation in Gladly' for a@b.example", 4.25, "a@b.example"),
            event("Klaviyo", "'started conversation in Gladly' for c@d.example", 6.0, "c@d.example"),
            event("Klaviyo", "'Placed Order' for a@b.example", 7.0, "a@b.example"),
        ],
    ]
    assert lags(steps) == [0.5, 0.25, 5.0]
