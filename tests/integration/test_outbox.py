"""The outbox: what was accepted is not lost, and late events do not turn back what newer ones said."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.outbox import Event, Outbox, Webhook

EARLY, LATE = 1_000.0, 2_000.0
STARTED = Webhook("started", started=True, customer_id="one", at=EARLY)
CLOSED = Webhook("closed", started=False, customer_id="one", at=LATE)
EMAIL = "ann@shop.test"


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An outbox in a folder that is not there yet."""
    outbox = Outbox(tmp_path / "deep" / "outbox.db")
    yield outbox
    outbox.close()


def test_everything_survives_reopening(tmp_path: Path) -> None:
    """Webhooks, events, attempts and due times are there again in a new outbox on the same file."""
    path = tmp_path / "outbox.db"
    before = Outbox(path)
    before.accept(STARTED)
    before.accept(CLOSED)
    before.address(STARTED, [EMAIL, "gone@shop.test"])
    kept, gone = before.events_due(0)
    before.postpone(kept, 50)
    before.postpone(CLOSED, 70)
    before.close_event(gone, "sent")
    before.close()
    after = Outbox(path)
    assert after.events_due(49) == []
    assert after.events_due(50) == [Event(f"started:{EMAIL}", EMAIL, started=True, at=EARLY, attempts=1)]
    assert after.webhooks_due(69) == []
    assert after.webhooks_due(70) == [
        Webhook("closed", started=False, customer_id="one", at=LATE, attempts=1)
    ]
    assert after.next_due(sending=True) == 50
    after.close()


def test_known_webhook_is_not_taken_again(outbox: Outbox) -> None:
    """A webhook whose id is known changes nothing, even when it was worked through."""
    outbox.accept(STARTED)
    outbox.accept(Webhook("started", started=False, customer_id="two", at=LATE))
    assert outbox.webhooks_due(0) == [STARTED]
    outbox.address(STARTED, [])
    outbox.accept(STARTED)
    assert outbox.webhooks_due(0) == []


def test_oldest_first(outbox: Outbox) -> None:
    """Work comes in the order it happened, not in the order it arrived."""
    outbox.accept(CLOSED)
    outbox.accept(STARTED)
    assert outbox.webhooks_due(0) == [STARTED, CLOSED]
    outbox.address(CLOSED, [EMAIL])
    outbox.address(STARTED, [EMAIL])
    assert [event.started for event in outbox.events_due(0)] == [True, False]


def test_addressing_twice_owes_once(outbox: Outbox) -> None:
    """A webhook that is worked through twice, as after a crash, owes each address one event, whatever its case."""
    outbox.accept(STARTED)
    outbox.address(STARTED, [EMAIL])
    outbox.address(STARTED, [EMAIL.upper()])
    assert [event.email for event in outbox.events_due(0)] == [EMAIL]


@pytest.mark.parametrize("order", [(STARTED, CLOSED), (CLOSED, STARTED)], ids=["in order", "late start"])
def test_mark_is_that_of_the_newest_event(outbox: Outbox, order: tuple[Webhook, Webhook]) -> None:
    """Whatever the order of arrival, the mark is what the newest event says, whatever the address's case."""
    for webhook in order:
        outbox.accept(webhook)
        outbox.address(webhook, [EMAIL])
    assert outbox.in_conversation(EMAIL.title()) is False


def test_mark_follows_sent_events_too(outbox: Outbox) -> None:
    """An event that was sent still counts against a late one."""
    outbox.address(CLOSED, [EMAIL])
    outbox.close_event(outbox.events_due(0)[0], "sent")
    outbox.address(STARTED, [EMAIL])
    assert outbox.in_conversation(EMAIL) is False


def test_at_one_moment_the_last_arrival_counts(outbox: Outbox) -> None:
    """Of two events of one moment the one that was owed last says what the mark is."""
    outbox.address(Webhook("a", started=False, customer_id="one", at=EARLY), [EMAIL])
    outbox.address(Webhook("b", started=True, customer_id="one", at=EARLY), [EMAIL])
    assert outbox.in_conversation(EMAIL) is True


def test_next_due(outbox: Outbox) -> None:
    """The next moment of work counts events only while they are sent; with nothing to do there is none."""
    assert outbox.next_due(sending=True) is None
    outbox.address(STARTED, [EMAIL])
    assert (outbox.next_due(sending=True), outbox.next_due(sending=False)) == (0, None)
    outbox.accept(CLOSED)
    outbox.postpone(CLOSED, 30)
    assert (outbox.next_due(sending=True), outbox.next_due(sending=False)) == (0, 30)


def test_rejected_events_are_kept(tmp_path: Path) -> None:
    """A rejected event is owed no longer, and still stands in the file for whoever looks into it."""
    path = tmp_path / "outbox.db"
    outbox = Outbox(path)
    outbox.address(STARTED, [EMAIL])
    outbox.close_event(outbox.events_due(0)[0], "rejected")
    assert outbox.events_due(LATE) == []
    outbox.close()
    database = sqlite3.connect(path)
    assert database.execute("SELECT email, outcome FROM events").fetchall() == [(EMAIL, "rejected")]
    database.close()
