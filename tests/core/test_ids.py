"""Identifiers: reproducible from their seed, never handed out twice, of the shapes that vendors use."""

import pickle
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from fakes.core.ids import HEX, Ids

AT = datetime(2026, 11, 23, 10, 0, 0, 123_000, tzinfo=UTC)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SLUG = re.compile(r"[A-Za-z0-9_-]{8}[Q-T][A-Za-z0-9_-][CGKOSWaeimquy26-][A-Za-z0-9_-]{10}[AQgw]")

MAKERS: dict[str, Callable[[Ids], object]] = {
    "text": lambda ids: ids.text(6),
    "number": lambda ids: ids.number(10**9),
    "uuid4": lambda ids: ids.uuid4(),
    "ulid": lambda ids: ids.ulid(AT),
    "slugid": lambda ids: ids.slugid(),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_same_seed_same_ids(make: Callable[[Ids], object]) -> None:
    """The same seed gives the same ids in the same order, another seed gives others."""
    one, two, other = Ids("seed"), Ids("seed"), Ids("another seed")
    first = [make(one) for _ in range(20)]
    assert first == [make(two) for _ in range(20)]
    assert first != [make(other) for _ in range(20)]


def test_texts_never_repeat() -> None:
    """Texts are handed out once, down to the last one there is."""
    ids = Ids(1)
    assert {ids.text(1, HEX) for _ in range(16)} == set(HEX)


def test_texts_that_are_used_up_are_an_error() -> None:
    """When every text there can be was given, the next one is refused instead of looked for in vain."""
    ids = Ids(1)
    for _ in range(4):
        ids.text(2, "ab")
    with pytest.raises(OverflowError, match="all 4 texts of 2 characters"):
        ids.text(2, "ab")


def test_ids_remember_nothing_of_what_they_gave() -> None:
    """A source that gave fifty thousand texts holds no more than one that gave ten."""
    few, many = Ids(1), Ids(1)
    for source, count in ((few, 10), (many, 50_000)):
        for _ in range(count):
            source.text(11)
    assert abs(len(pickle.dumps(_state(many))) - len(pickle.dumps(_state(few)))) < 64


def _state(ids: Ids) -> dict[str, object]:
    return {name: value for name, value in vars(ids).items() if name != "_lock"}


@pytest.mark.parametrize("name", ["uuid4", "ulid", "slugid"])
def test_long_ids_do_not_repeat(name: str) -> None:
    """A thousand ids of a kind are a thousand different ones."""
    ids = Ids(1)
    assert len({MAKERS[name](ids) for _ in range(1_000)}) == 1_000


def test_text_keeps_to_its_alphabet() -> None:
    """A text has the length and the alphabet that were asked for."""
    assert re.fullmatch(r"[ab]{40}", Ids(1).text(40, "ab"))


def test_number_is_below() -> None:
    """Numbers go from nought up to, and not including, the bound."""
    ids = Ids(1)
    assert {ids.number(3) for _ in range(200)} == {0, 1, 2}


def test_uuid_is_of_version_4() -> None:
    """A UUID is a random one of version 4, written in 36 characters."""
    text = Ids(1).uuid4()
    assert (uuid.UUID(text).version, str(uuid.UUID(text))) == (4, text)


def test_ulid_begins_with_its_time() -> None:
    """A ULID is 26 characters of Crockford's alphabet, of which the first ten are the milliseconds."""
    text = Ids(1).ulid(AT)
    assert re.fullmatch(f"[0-7][{CROCKFORD}]{{25}}", text)
    milliseconds = 0
    for character in text[:10]:
        milliseconds = milliseconds * 32 + CROCKFORD.index(character)
    assert milliseconds == int(AT.timestamp() * 1000)


def test_ulids_sort_by_time() -> None:
    """A ULID of a later millisecond sorts behind."""
    ids = Ids(1)
    later = [ids.ulid(AT + timedelta(milliseconds=number)) for number in range(50)]
    assert later == sorted(later)


def test_slugid_has_the_shape_of_real_ones() -> None:
    """A slugid is a version-4 UUID in 22 characters of base64url, of the same pattern as recorded ones."""
    ids = Ids(1)
    slugs = [ids.slugid() for _ in range(500)]
    assert [slug for slug in slugs if not SLUG.fullmatch(slug)] == []
