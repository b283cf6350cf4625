"""The outbox: what was accepted is not lost, nobody takes what another has, and late events turn nothing back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from integration.outbox import KEPT, LEASE, PROBE_EVERY, Event, Outbox, Side, Webhook

EARLY, LATE = 1_000.0, 2_000.0
STARTED = Webhook("started", started=True, customer_id="one", at=EARLY, conversation_id="talk")
CLOSED = Webhook("closed", started=False, customer_id="one", at=LATE, conversation_id="talk")
EMAIL = "ann@shop.test"
GLADLY, KLAVIYO = Side("gladly", "token"), Side("klaviyo", "key")
Open = Callable[[str], Outbox]


class Clock:
    """Stands still until it is moved."""

    now = 10_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of all outboxes of a test."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Open]:
    """What opens an outbox for a process of a certain name, on the same store as the last one."""
    where = (
        tmp_path / "deep" / "outbox.db"
        if request.param == "sqlite"
        else request.getfixturevalue("database_url")
    )
    opened = []

    def reopen(holder: str) -> Outbox:
        opened.append(Outbox(where, clock, holder))
        return opened[-1]

    yield reopen
    for outbox in opened:
        outbox.close()


@pytest.fixture
def outbox(reopen: Open) -> Outbox:
    """An outbox of a process."""
    return reopen("first")


def taken(outbox: Outbox) -> list[Event]:
    """Claim all events that can be claimed now."""
    return list(iter(lambda: outbox.take_event(KLAVIYO), None))


def test_everything_survives_reopening(outbox: Outbox, reopen: Open, clock: Clock) -> None:
    """Webhooks, events, attempts and due times are there again in a new outbox on the same store."""
    outbox.accept(STARTED)
    outbox.accept(CLOSED)
    outbox.address(STARTED, [EMAIL, "gone@shop.test"])
    kept, gone = taken(outbox)
    outbox.postpone(kept, clock.now + 50)
    outbox.postpone(CLOSED, clock.now + 70)
    outbox.close_event(gone, "sent")
    outbox.close()
    after = reopen("first")
    assert after.next_due(KLAVIYO) == clock.now + 50
    assert after.next_due(GLADLY) == clock.now + 70
    assert (taken(after), after.take_webhook(GLADLY)) == ([], None)
    clock.now += 70
    assert taken(after) == [replace(kept, attempts=1)]
    assert after.take_webhook(GLADLY) == replace(CLOSED, attempts=1)


def test_event_says_where_it_comes_from(outbox: Outbox) -> None:
    """An event has an id of webhook and lower-cased address, and the webhook's time and id."""
    outbox.address(STARTED, ["Ann@Shop.test"])
    expected = Event("started:ann@shop.test", "Ann@Shop.test", started=True, at=EARLY, webhook_id="started")
    assert taken(outbox) == [expected]


def test_known_webhook_is_not_taken_again(outbox: Outbox) -> None:
    """A webhook whose id is known changes nothing, even when it was worked through."""
    outbox.accept(STARTED)
    outbox.accept(replace(CLOSED, id="started"))
    assert outbox.take_webhook(GLADLY) == STARTED
    outbox.address(STARTED, [])
    outbox.accept(STARTED)
    assert outbox.take_webhook(GLADLY) is None


def test_oldest_first(outbox: Outbox) -> None:
    """Work comes in the order it happened, not in the order it arrived; what happened at once in that of arrival."""
    again = replace(CLOSED, id="again")
    for webhook in (CLOSED, STARTED, again):
        outbox.accept(webhook)
        outbox.address(webhook, [f"{webhook.id}@shop.test"])
    assert [event.webhook_id for event in taken(outbox)] == ["started", "closed", "again"]


def test_an_address_waits_for_its_first(outbox: Outbox, clock: Clock) -> None:
    """While an older event of an address is owed its newer ones wait, and those of others do not."""
    outbox.address(STARTED, [EMAIL])
    outbox.address(CLOSED, [EMAIL, "bo@shop.test"])
    first, other = taken(outbox)
    assert (first.webhook_id, other.email) == ("started", "bo@shop.test")
    outbox.postpone(first, clock.now + 60)
    assert (taken(outbox), outbox.next_due(KLAVIYO)) == ([], clock.now + LEASE)
    outbox.close_event(other, "sent")
    assert outbox.next_due(KLAVIYO) == clock.now + 60
    outbox.close_event(first, "rejected")
    assert [event.webhook_id for event in taken(outbox)] == ["closed"]


def test_what_is_claimed_is_nobody_elses(outbox: Outbox, reopen: Open, clock: Clock) -> None:
    """Of two processes one gets a row; when it has not done with it in time, the other one does."""
    other = reopen("second")
    outbox.accept(STARTED)
    outbox.address(CLOSED, [EMAIL])
    assert outbox.take_webhook(GLADLY) == STARTED
    [event] = taken(outbox)
    assert (other.take_webhook(GLADLY), taken(other)) == (None, [])
    assert other.next_due(GLADLY) == other.next_due(KLAVIYO) == clock.now + LEASE
    clock.now += LEASE
    assert (other.take_webhook(GLADLY), taken(other)) == (STARTED, [event])


def test_heir_goes_on_at_once(outbox: Outbox, reopen: Open) -> None:
    """What a killed process had claimed is free for one that starts in its place, and for nobody else yet."""
    outbox.address(STARTED, [EMAIL])
    claimed = taken(outbox)
    outbox.abandon()
    stranger, heir = reopen("second"), reopen("first")
    stranger.take_over()
    assert taken(stranger) == []
    heir.take_over()
    assert taken(heir) == claimed


def test_addressing_twice_owes_once(outbox: Outbox) -> None:
    """A webhook that is worked through twice, as after a crash, owes each address one event, whatever its case."""
    outbox.accept(STARTED)
    outbox.address(STARTED, [EMAIL])
    outbox.address(STARTED, [EMAIL.upper()])
    assert [event.email for event in taken(outbox)] == [EMAIL]


@pytest.mark.parametrize("order", [(STARTED, CLOSED), (CLOSED, STARTED)], ids=["in order", "late start"])
def test_mark_is_that_of_the_newest_event(outbox: Outbox, order: tuple[Webhook, Webhook]) -> None:
    """Whatever the order of arrival, the mark is what the newest event says, whatever the address's case."""
    for webhook in order:
        outbox.address(webhook, [EMAIL])
    assert outbox.in_conversation(EMAIL.title()) is False


@pytest.mark.parametrize("outcome", ["sent", "rejected"])
def test_mark_follows_what_is_done_too(outbox: Outbox, outcome: str) -> None:
    """An event that is done with still counts against a late one, whatever became of it."""
    outbox.address(CLOSED, [EMAIL])
    outbox.close_event(taken(outbox)[0], outcome)
    outbox.address(STARTED, [EMAIL])
    assert outbox.in_conversation(EMAIL) is False


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("other", "mark"),
    [(replace(CLOSED, at=EARLY), False), (replace(CLOSED, at=EARLY, conversation_id="before"), True)],
    ids=["the same conversation", "the one before"],
)
def test_mark_at_one_moment(outbox: Outbox, other: Webhook, mark: bool, backwards: bool) -> None:
    """At one moment a closing ends the same conversation, and another one was over when this one began."""
    for webhook in (other, STARTED) if backwards else (STARTED, other):
        outbox.address(webhook, [EMAIL])
    assert outbox.in_conversation(EMAIL) is mark


def test_pause_is_for_all_and_lasts(outbox: Outbox, reopen: Open, clock: Clock) -> None:
    """A pause holds back every event, in every process, whatever the key, until it is over; a shorter one ends nothing."""
    outbox.address(STARTED, [EMAIL, "bo@shop.test"])
    first, second = taken(outbox)
    outbox.postpone(first, clock.now + 30, pause=KLAVIYO)
    outbox.postpone(second, clock.now + 5, pause=KLAVIYO)
    other, other_key = reopen("second"), replace(KLAVIYO, credentials="another")
    assert other.next_due(other_key) == clock.now + 30
    clock.now += 29.9
    assert other.take_event(other_key) is None
    clock.now += 0.1
    assert len(taken(other)) == 2


def test_one_probe_a_minute(outbox: Outbox, reopen: Open, clock: Clock) -> None:
    """With a refused key one event may go a minute, the oldest, in whatever process; with another key all may."""
    for number in range(3):
        outbox.address(replace(STARTED, id=f"w{number}", at=EARLY + number), [f"{number}@shop.test"])
    first = outbox.take_event(KLAVIYO)
    assert first is not None
    outbox.park(KLAVIYO, first)
    other = reopen("second")
    assert (taken(other), other.next_due(KLAVIYO)) == ([], clock.now + PROBE_EVERY)
    clock.now += PROBE_EVERY
    assert (taken(other), taken(outbox)) == ([first], [])
    assert len(list(iter(lambda: other.take_event(replace(KLAVIYO, credentials="another")), None))) == 2


def test_good_key_sets_all_free(outbox: Outbox) -> None:
    """When a refused key is taken after all, what was parked is due."""
    outbox.address(STARTED, [EMAIL])
    outbox.park(KLAVIYO, taken(outbox)[0])
    assert outbox.moment(KLAVIYO.refused) is not None
    outbox.unpark(KLAVIYO)
    assert len(taken(outbox)) == 1


def test_asking_without_a_row_counts_too(outbox: Outbox, clock: Clock) -> None:
    """Whoever asks for something else keeps to the same pauses and probes."""
    assert outbox.may_ask(GLADLY)
    outbox.park(GLADLY)
    clock.now += PROBE_EVERY
    assert (outbox.may_ask(GLADLY), outbox.may_ask(GLADLY)) == (True, False)
    outbox.accept(STARTED)
    assert outbox.take_webhook(GLADLY) is None


def test_passed_over_until_gladly_tells(outbox: Outbox) -> None:
    """A webhook from before our time is not worked through, unless Gladly sends it after all; and then once."""
    outbox.pass_over([STARTED, CLOSED])
    assert outbox.take_webhook(GLADLY) is None
    outbox.accept(STARTED)
    outbox.accept(STARTED)
    assert outbox.take_webhook(GLADLY) == STARTED
    outbox.address(STARTED, [])
    outbox.pass_over([STARTED])
    outbox.accept(STARTED)
    assert outbox.take_webhook(GLADLY) is None


def test_what_is_done_is_forgotten_in_time(outbox: Outbox, clock: Clock) -> None:
    """A week after it was done a webhook and its events are gone, and the mark when nothing older can come."""
    clock.now += KEPT
    outbox.accept(STARTED)
    outbox.address(STARTED, [EMAIL, "owed@shop.test"])
    outbox.close_event(taken(outbox)[0], "sent")
    outbox.accept(replace(CLOSED, at=EARLY - 1))
    clock.now += KEPT - 1
    outbox.prune()
    outbox.accept(STARTED)
    assert outbox.counts() == (1, 1, EARLY)
    clock.now += 3_600
    outbox.prune()
    assert outbox.in_conversation(EMAIL)
    outbox.address(replace(CLOSED, at=EARLY - 1), [])
    clock.now += 3_600
    outbox.prune()
    assert (outbox.in_conversation(EMAIL), outbox.in_conversation("owed@shop.test")) == (False, True)
    outbox.accept(STARTED)
    assert outbox.counts() == (1, 1, EARLY)


def test_moments_only_move_on(outbox: Outbox) -> None:
    """A moment that was written down is there again, and an earlier one changes nothing."""
    assert outbox.moment("caught up") is None
    outbox.write_down("caught up", 7.0)
    outbox.write_down("caught up", 5.0)
    assert outbox.moment("caught up") == 7.0
