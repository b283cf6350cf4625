"""Who is most active, pages of a feed, and segments in words, against plain ways to find the same."""

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.core.ids import Ids
from fakes.klaviyo.rules.analytics import insights
from fakes.klaviyo.rules.events import feed as feed_rules
from fakes.klaviyo.rules.events.events import EventDraft, Events
from fakes.klaviyo.rules.events.feed import Feed, HasProperty
from fakes.klaviyo.rules.events.most_active import MOST_RANKED, MostActive
from fakes.klaviyo.rules.metrics import Metric
from fakes.klaviyo.rules.profiles import Profile
from fakes.klaviyo.rules.segments.segments import compiled
from fakes.klaviyo.rules.segments.wording import words
from tests.klaviyo.support import Json

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
METRIC, PERSON = Metric("metric", "metric", AT, AT), Profile("person", AT, AT)


@given(st.lists(st.integers(0, 60), max_size=400))
def test_most_active(who: list[int]) -> None:
    """However events come, the ranking has the highest counts there are, each with its own profile."""
    ranking = MostActive()
    for one in who:
        ranking.see(str(one))
    counts = Counter(map(str, who))

    assert [count for _, count in ranking.ranked()] == [count for _, count in counts.most_common(MOST_RANKED)]
    assert all(counts[one] == count for one, count in ranking.ranked())


def test_who_overtakes_comes_into_the_ranking() -> None:
    """Where the ranking is full, whoever gets more events than the last of it takes that one's place."""
    ranking = MostActive()
    for one in range(MOST_RANKED):
        ranking.see(f"person {one:02}")
    for _ in range(2):
        ranking.see("newcomer")
    people = [person for person, _ in ranking.ranked()]

    assert (people[0], len(people), len(set(people))) == ("newcomer", MOST_RANKED, MOST_RANKED)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=90), st.booleans())
def test_feed_pages(drafts: list[tuple[int, bool]], filtered: bool) -> None:
    """Older pages have every event that fits once, newest first, many of the same second or not; newer ones lead back."""
    events = Events(Ids(1))
    for number, (second, flag) in enumerate(drafts):
        at = AT.replace(second=second)
        events.record(EventDraft("metric", {"flag": flag}, at, unique_id=str(number)), METRIC, PERSON, AT)
    wanted = HasProperty("flag", "true") if filtered else None
    everything = list(events.between(newest_first=True, metrics=["metric"]))
    expected = [event.id for event in everything if not filtered or event.properties["flag"]]
    feed = Feed(events, metrics=["metric"], wanted=wanted)

    page = feed.older_than()
    pages = [page]
    while page.older is not None:
        page = feed.older_than(page.older)
        pages.append(page)
    assert [event.id for page in pages for event in page.rows] == expected
    for newer, older in pairwise(pages):
        assert older.newer is not None
        assert feed.newer_than(older.newer).rows == newer.rows


def _of_one_second(count: int) -> Events:
    events = Events(Ids(1))
    for number in range(count):
        events.record(EventDraft("metric", time=AT, unique_id=str(number)), METRIC, PERSON, AT)
    return events


def test_the_way_back_from_beyond_the_end_of_a_feed() -> None:
    """A page behind the oldest event is empty, and what is newer than it begins with that event."""
    feed = Feed(_of_one_second(3))
    everything = feed.older_than().rows
    empty = feed.older_than(everything[-1].place)
    assert empty.newer is not None

    assert (empty.rows, empty.older) == ([], None)
    assert feed.newer_than(empty.newer).rows == everything


def test_only_a_page_that_gave_up_looking_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that looked at as many events as it may says so, in both directions; a full one does not."""
    monkeypatch.setattr(feed_rules, "MOST_LOOKED_AT", 10)
    events = _of_one_second(60)
    none_fits = Feed(events, wanted=HasProperty("flag", "true"))
    all_fit = Feed(events)
    oldest = next(events.between()).place

    assert [page.cut_short for page in (none_fits.older_than(), none_fits.newer_than(oldest))] == [True, True]
    assert [page.cut_short for page in (all_fit.older_than(), all_fit.newer_than(oldest))] == [False, False]
    assert len(all_fit.newer_than(oldest).rows) == feed_rules.PAGE_SIZE


def test_counts_by_bisection() -> None:
    """Counting between two places gives what iterating does."""
    events = Events(Ids(1))
    for number in range(20):
        at = AT.replace(second=number % 7)
        events.record(EventDraft("metric", time=at, unique_id=str(number)), METRIC, PERSON, AT)
    low, high = (int(AT.timestamp()) + 2, ""), (int(AT.timestamp()) + 5, "")

    assert events.count("metric", low, high) == len(list(events.between(low, high, metrics=["metric"]))) == 9
    assert (events.count("metric"), events.count("none")) == (20, 0)


def test_newest_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many events there are, insights look at no more than they may, the newest."""
    events = Events(Ids(1))
    for number in range(20):
        events.record(EventDraft("metric", unique_id=str(number)), METRIC, PERSON, AT.replace(second=number))
    monkeypatch.setattr(insights, "MOST_LOOKED_AT", 5)

    found = insights.newest(events, "metric")
    assert [event.timestamp - int(AT.timestamp()) for event in found] == [19, 18, 17, 16, 15]


def _property(name: str, kind: str, operator: str, **value: object) -> Json:
    return {
        "type": "profile-property",
        "property": name,
        "filter": {"type": kind, "operator": operator} | value,
    }


def _metric(measurement: str, operator: str, timeframe: Json, **more: object) -> Json:
    numeric = {"type": "numeric", "operator": operator, "value": 2}
    said = {
        "type": "profile-metric",
        "metric_id": "m1",
        "measurement": measurement,
        "measurement_filter": numeric,
    }
    return said | {"timeframe_filter": {"type": "date"} | timeframe} | more


WHERE = [{"property": "channel", "filter": {"type": "string", "operator": "equals", "value": "EMAIL"}}]


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (_property("properties['Plan']", "string", "equals", value="gold"), "“Plan” equals gold"),
        (_property("email", "string", "not-ends-with", value=".test"), "email does not end with .test"),
        (_property("first_name", "existence", "not-set"), "first name is not set"),
        (_property("location.city", "string", "in", value=["A", "B"]), "city is one of A, B"),
        (_property("properties['n']", "numeric", "less-than-or-equal", value=3), "“n” is at most 3"),
        (_property("properties['l']", "list", "contains", value="x"), "“l” contains x"),
        (_property("properties['b']", "boolean", "equals", value=False), "“b” equals false"),
        (
            _metric("count", "greater-than", {"operator": "alltime"}),
            "“M” happened more than 2 times over all time",
        ),
        (
            _metric("sum", "less-than", {"operator": "in-the-last", "quantity": 3, "unit": "day"}),
            "“M” has a total value of less than 2 in the last 3 days",
        ),
        (
            _metric("count", "equals", {"operator": "between", "start": 1, "end": 2, "unit": "week"}),
            "“M” happened exactly 2 times between 1 and 2 weeks ago",
        ),
        (
            _metric("count", "equals", {"operator": "at-least", "quantity": 1, "unit": "hour"}),
            "“M” happened exactly 2 times at least 1 hours ago",
        ),
        (
            _metric(
                "count",
                "not-equals",
                {"operator": "after", "date": "2026-01-01T00:00:00Z"},
                metric_filters=WHERE,
            ),
            "“M” happened not exactly 2 times after 2026-01-01T00:00:00Z where “channel” equals EMAIL",
        ),
        (
            _metric(
                "count", "equals", {"operator": "between-static", "start": "2026-01-01", "end": "2026-02-01"}
            ),
            "“M” happened exactly 2 times between 2026-01-01 and 2026-02-01",
        ),
    ],
)
def test_words(condition: Json, sentence: str) -> None:
    """Every kind of condition that is understood has words."""
    definition = {"condition_groups": [{"conditions": [condition, condition]}]}
    assert compiled(definition)
    assert words(definition, lambda metric_id: {"m1": "“M”"}[metric_id]) == [[sentence, sentence]]
