"""The journal: in order, bounded, and without a secret."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.core.clock import ManualClock
from fakes.core.journal import KINDS, Journal
from fakes.core.secrets import Secrets, fingerprint, same

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KEY = "pk_0123456789abcdef"


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still."""
    return ManualClock(START)


@pytest.fixture
def secrets() -> Secrets:
    """Secrets that know one key by value, and by its look whatever begins with ``tok_``."""
    secrets = Secrets(re.compile(r"tok_\w+"))
    secrets.add(KEY)
    return secrets


@pytest.fixture
def journal(clock: ManualClock, secrets: Secrets) -> Journal:
    """A journal of three entries at most."""
    return Journal(clock, secrets, limit=3)


def test_fingerprint_tells_secrets_apart_and_nothing_else() -> None:
    """A fingerprint is short, the same for the same secret, another for another, and holds nothing of it."""
    assert fingerprint(KEY) == fingerprint(KEY) != fingerprint(KEY + "0")
    assert re.fullmatch(r"secret:[0-9a-f]{8}", fingerprint(KEY))


def test_same_compares_whole_secrets() -> None:
    """Two secrets are the same only character by character, beyond ASCII too."""
    assert same("schlüssel", "schlüssel")
    assert not same(KEY, KEY[:-1])
    assert not same("", KEY)


def test_longest_secret_goes_first(secrets: Secrets) -> None:
    """A secret that begins with another one leaves no tail behind."""
    secrets.add(KEY + "tail")
    assert secrets.redact(f"<{KEY}tail>") == f"<{fingerprint(KEY + 'tail')}>"


def test_no_empty_secret(secrets: Secrets) -> None:
    """An empty value is no secret, and does not tear every text apart."""
    secrets.add("")
    assert secrets.redact("plain") == "plain"


def test_what_looks_like_a_secret_goes_too(secrets: Secrets) -> None:
    """A value nobody registered is taken out when it looks like one of this vendor's secrets."""
    assert secrets.redact("key tok_unknown.") == f"key {fingerprint('tok_unknown')}."


def test_repr_counts_secrets(secrets: Secrets) -> None:
    """The repr says how many secrets there are, never which."""
    assert repr(secrets) == "Secrets(1)"


def test_secrets_are_redacted_however_deep(journal: Journal) -> None:
    """A secret is taken out of the text and of every detail: keys, values, lists, mappings."""
    journal.write("request", f"GET /?k={KEY}", deep={KEY: [{"a": (KEY, 1, None)}]}, flat=KEY)
    mark = fingerprint(KEY)
    [entry] = journal.entries()
    assert entry.what == f"GET /?k={mark}"
    assert entry.details == {"deep": {mark: [{"a": [mark, 1, None]}]}, "flat": mark}


def test_entries_tell_number_and_time(journal: Journal, clock: ManualClock) -> None:
    """Entries are numbered from one and stamped by the clock, also as JSON."""
    journal.write("event", "first")
    clock.advance(1.5)
    journal.write("action", "second", by="Dana")
    assert [(entry.number, entry.at) for entry in journal.entries()] == [
        (1, START),
        (2, START + timedelta(seconds=1.5)),
    ]
    assert journal.entries()[1].as_json() == {
        "number": 2,
        "at": "2026-11-23T10:00:01.500000+00:00",
        "kind": "action",
        "what": "second",
        "details": {"by": "Dana"},
    }


def test_oldest_entries_go_first(journal: Journal) -> None:
    """Beyond its limit a journal drops the oldest entries and counts on."""
    for number in range(5):
        journal.write("event", str(number))
    assert [(entry.number, entry.what) for entry in journal.entries()] == [(3, "2"), (4, "3"), (5, "4")]


def test_entries_of_some_kinds(journal: Journal) -> None:
    """Entries of the named kinds come in the order they were written; no kind named means all."""
    for kind in ("fault", "request", "error"):
        assert kind in KINDS
    journal.write("fault", "a")
    journal.write("request", "b")
    journal.write("error", "c")
    assert [entry.what for entry in journal.entries("error", "fault")] == ["a", "c"]
    assert [entry.what for entry in journal.entries()] == ["a", "b", "c"]
    assert journal.entries("delivery") == []


def test_entries_behind_a_number(journal: Journal) -> None:
    """A reader who names the last entry it knows is given only what came later."""
    for kind in (KINDS[0], KINDS[1], KINDS[0]):
        journal.write(kind, kind)
    assert [entry.number for entry in journal.entries(after=1)] == [2, 3]
    assert [entry.number for entry in journal.entries(KINDS[0], after=1)] == [3]
    assert journal.entries(after=3) == []


def test_an_emptied_journal_goes_on_counting(journal: Journal) -> None:
    """After all entries were forgotten the next one has the next number, so that a reader's mark stays good."""
    journal.write("action", "before")
    journal.clear()
    journal.write("action", "after")
    assert [(entry.number, entry.what) for entry in journal.entries(after=1)] == [(2, "after")]


def test_secret_that_comes_while_others_are_taken_out() -> None:
    """Another thread may learn of a secret in the middle of a redaction, which goes on with those it began with."""
    secrets = Secrets()
    secrets.add("long word", "word")

    class Meddled(str):
        __slots__ = ()

        def replace(self, *given: Any) -> str:  # stands for the other thread
            secrets.add("late")
            return Meddled(str.replace(self, *given))

    assert secrets.redact(Meddled("late, long word, word")) == (
        f"late, {fingerprint('long word')}, {fingerprint('word')}"
    )
    assert secrets.redact("late") == fingerprint("late")
