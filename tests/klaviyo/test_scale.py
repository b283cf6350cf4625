"""What a read looks at does not grow with what it is not about."""

from datetime import UTC, datetime
from sys import getsizeof

import pytest

from fakes.core.ids import Ids
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.events.events import Event, EventDraft, Events
from fakes.klaviyo.rules.metrics import Metric
from fakes.klaviyo.rules.profiles import Profile
from fakes.klaviyo.service.credentials import Credentials
from tests.klaviyo.support import EMAIL, Caller, new_key

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


def _full(others: int) -> Events:
    """Return events, ten of which are of a rare metric and a rare person and ``others`` of common ones."""
    events = Events(Ids(1))
    for name, count in (("common", others), ("rare", 10)):
        metric, person = Metric(name, name, AT, AT), Profile(name, AT, AT)
        for number in range(count):
            events.record(EventDraft(name, unique_id=str(number)), metric, person, AT)
    return events


@pytest.mark.parametrize("by", ["metrics", "profiles"])
def test_reads_look_at_what_they_are_about(monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    """Finding ten events among ten looks at as many places as finding them among thousands."""
    looked: list[str] = []

    def place(event: Event) -> tuple[int, str]:
        looked.append(event.id)
        return event.timestamp, event.id

    costs = []
    for others in (10, 3_000):
        events = _full(others)
        monkeypatch.setattr("fakes.klaviyo.rules.events.events._place", place)
        looked.clear()
        found = events.between(metrics=["rare"]) if by == "metrics" else events.between(profiles=["rare"])
        assert len(list(found)) == 10
        costs.append(len(looked))
        monkeypatch.undo()

    assert 0 < costs[0] == costs[1]


def test_an_event_is_small(caller: Caller, account: Account) -> None:
    """An event keeps no dictionary and no uuid; its properties are bytes."""
    caller.track(email=EMAIL)
    [event] = account.events.between()

    assert not hasattr(event, "__dict__")
    assert getsizeof(event) + getsizeof(event.stored) < 300
    assert event.uuid == event.uuid


def test_forgetting_an_account_drops_its_keys_only(account: Account) -> None:
    """The index drops what leads to one account without looking through all."""
    index, key = Credentials(), new_key(account)
    index.add_account(account)
    index.add_key(account, key)
    assert index.by_private(key.secret) == (account, key)

    index.forget(account)

    assert index.by_private(key.secret) is None
    assert index.by_public(account.public_key) is None
