"""Facts about how Klaviyo shows accounts, metrics, events, profiles and segments."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness.errors import Disagrees, Undecided
from harness.live.facts import klaviyo_calls as calls
from harness.live.facts.answer import (
    Answer,
    expect,
    expect_fields,
    expect_look,
    expect_order,
    field_of,
    some,
)
from harness.live.facts.fact import fact

SECONDS = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
SIX, EVENT_ID, ULID, OLD_PROFILE = r"[A-Za-z0-9]{6}", r"[A-Za-z0-9]{11}", r"01[0-9A-Z]{24}", r"[A-Za-z0-9]{6}"
NULL_PAGES = "sends null for the `next` and `prev` page where there is none"
ANONYMOUS = "shows `anonymous_id` of a profile, and `whatsapp_bsuid` of one just written"
ONE_CONVERSATION = "calls a relationship `conversation` where a profile is not read by itself"
PLACES = (
    "address1",
    "address2",
    "city",
    "country",
    "latitude",
    "longitude",
    "region",
    "zip",
    "timezone",
    "ip",
)
PERSON = (
    "email", "phone_number", "external_id", "anonymous_id", "first_name", "last_name", "organization", "locale", "title",
    "image", "created", "updated", "last_event_date", "location", "properties",
)  # fmt: skip


def _attributes(answer: Answer, what: str) -> Any:
    return field_of(some(answer.data, what), "attributes")


@fact("recorded response", calls.ACCOUNT)
def account_is_a_list_of_one(answer: Answer) -> None:
    """A key's account is a list of one, its id six characters and its public key."""
    expect("number of accounts", len(answer.data), 1)
    expect_look("id", answer.data[0]["id"], r"[A-Za-z0-9]{6,7}")
    same = answer.data[0]["attributes"]["public_api_key"] == answer.data[0]["id"]
    expect("whether the public key is the id", same, True)


@fact("vendor docs", calls.ACCOUNT)
def account_tells_whether_it_is_for_tests(answer: Answer) -> None:
    """`test_account` is true or false, and so tells a sandbox from production."""
    expect("type", type(_attributes(answer, "accounts")["test_account"]).__name__, "bool")


@fact("recorded response", calls.METRICS)
def single_pages_have_null_links(answer: Answer) -> None:
    """`links` of a list are `self`, `next` and `prev`, and no others."""
    answer.succeeds()
    expect_fields(answer.json["links"], ("self", "next", "prev"), exactly=True)


@fact("recorded response", calls.PROFILES_NOBODY, row=NULL_PAGES)
def no_page_is_null(answer: Answer) -> None:
    """Where there is no other page, `next` and `prev` are null and not absent."""
    expect("number of profiles", len(answer.data), 0)
    expect("next and prev", [answer.json["links"].get(name, "") for name in ("next", "prev")], [None, None])


@fact("recorded response", calls.METRICS)
def metrics_are_in_the_order_of_their_ids(answer: Answer) -> None:
    """Metrics are listed by their ids, ascending."""
    expect_order("metrics", [one["id"] for one in answer.data])


@fact("recorded response", calls.METRICS_OF_API)
def metrics_of_the_api_have_its_integration(answer: Answer) -> None:
    """A metric made by events has the integration `api`, `API`, `API`, with `object` before its id."""
    about = _attributes(answer, "metrics of the API")["integration"]
    expect_fields(about, ("object", "id", "key", "name", "category"), exactly=True)
    expect(
        "integration",
        [about[one] for one in ("object", "key", "name", "category")],
        ["integration", "api", "API", "API"],
    )


@fact("recorded response", calls.METRICS_OF_CATEGORY, calls.METRICS_OF_API)
def filter_on_the_api_category_finds_nothing(by_category: Answer, by_name: Answer) -> None:
    """A filter on the category `API` finds no metric, although metrics show that category."""
    some(by_name.data, "metrics of the API")
    expect("number of metrics", len(by_category.data), 0)


@fact("recorded response", calls.METRIC)
def metric_times_are_whole_seconds(answer: Answer) -> None:
    """A metric's times are in whole seconds with `+00:00`."""
    for name in ("created", "updated"):
        expect_look(name, answer.data["attributes"][name], SECONDS)


@fact("recorded response", calls.METRICS)
def links_of_resources_end_with_a_slash(answer: Answer) -> None:
    """A resource's own link ends with a slash, that of a document does not."""
    own = some(answer.data, "metrics")["links"]["self"]
    ends = [own.endswith("/"), urlsplit(answer.json["links"]["self"]).path.endswith("/")]
    expect("whether both end with a slash", ends, [True, False])


@fact("recorded response", calls.METRICS_SLASH)
def slash_at_the_end_is_no_other_path(answer: Answer) -> None:
    """A path with a slash at its end is served as without."""
    some(answer.data, "metrics")


@fact("recorded response", calls.NEWEST_EVENT)
def event_has_four_attributes(answer: Answer) -> None:
    """An event has `timestamp`, `event_properties`, `datetime` and `uuid`, and no other attribute."""
    about = _attributes(answer, "events")
    expect_fields(about, ("timestamp", "event_properties", "datetime", "uuid"), exactly=True)
    expect_look("id", answer.data[0]["id"], EVENT_ID)


@fact("recorded response", calls.NEWEST_EVENT)
def event_time_is_written_with_an_offset(answer: Answer) -> None:
    """An event's `datetime` is in whole seconds with `T` and `+00:00`, its `timestamp` a number of seconds."""
    about = _attributes(answer, "events")
    expect_look("datetime", about["datetime"], SECONDS)
    expect("type of timestamp", type(about["timestamp"]).__name__, "int")


@fact("recorded response", calls.NEWEST_EVENT)
def event_uuid_is_of_its_time(answer: Answer) -> None:
    """An event's `uuid` is of version 1, with the clock sequence 1."""
    expect_look(
        "uuid",
        _attributes(answer, "events")["uuid"],
        r"[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-8001-[0-9a-f]{12}",
    )


@fact("recorded response", calls.EVENTS)
def unique_id_stands_among_the_properties(answer: Answer) -> None:
    """An event's unique id is `$event_id` among its properties."""
    some(answer.data, "events")
    if not any("$event_id" in one["attributes"]["event_properties"] for one in answer.data):
        raise Disagrees("no event has `$event_id`")


@fact("recorded response", calls.NEWEST_EVENT)
def event_leads_to_profile_and_metric(answer: Answer) -> None:
    """An event names its profile and its metric by type and id."""
    found = some(answer.data, "events")["relationships"]
    for name in ("profile", "metric"):
        expect("type", field_of(found, name, "data", "type"), name)


@fact("recorded response", calls.NEWEST_EVENT)
def included_is_what_was_asked_for(answer: Answer) -> None:
    """What is included stands between `data` and `links`: the metric and the profile of the event."""
    some(answer.data, "events")
    expect("fields", list(answer.json), ["data", "included", "links"])
    expect("types", sorted(one["type"] for one in answer.json["included"]), ["metric", "profile"])


@fact("recorded response", calls.NEWEST_EVENT)
def event_cursor_is_a_list_in_base64(answer: Answer) -> None:
    """The cursor of events is base64 of a list: seconds, the event's id, true."""
    seconds, event, flag = json.loads(_cursor(answer))
    expect("types", [type(one).__name__ for one in (seconds, event, flag)], ["int", "str", "bool"])


@fact("recorded response", calls.PROFILES)
def profile_cursor_says_next_and_id(answer: Answer) -> None:
    """The cursor of profiles is base64 of `next::id::` and an id."""
    expect_look("cursor", _cursor(answer), rf"next::id::(?:{ULID}|{OLD_PROFILE})")


def _cursor(answer: Answer) -> str:
    following = answer.data is not None and answer.json["links"]["next"]
    if not following:
        raise Undecided("there is one page only")
    [cursor] = parse_qs(urlsplit(following).query).get("page[cursor]", [""])
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), validate=True).decode()
    except ValueError:
        raise Disagrees("the cursor is no base64 of a text") from None


@fact("a guess of the fakes", calls.EVENTS, row="lists events newest first when no order is asked for")
def events_are_listed_newest_first(answer: Answer) -> None:
    """Without an order asked for, events come newest first."""
    expect_order("events", _moments(answer), descending=True)


@fact("Klaviyo OpenAPI", calls.EVENTS_NEWEST, calls.EVENTS_OLDEST)
def events_come_in_the_order_asked_for(newest: Answer, oldest: Answer) -> None:
    """`sort=-datetime` begins with the newest, `sort=datetime` with the oldest."""
    expect_order("events", _moments(newest), descending=True)
    expect_order("events", _moments(oldest))


def _moments(answer: Answer) -> list[str]:
    return [one["attributes"]["datetime"] for one in answer.data]


@fact(
    "recorded response",
    calls.EVENTS_SPARSE,
    row="leaves out what sparse fieldsets leave out, required attributes of an account too",
)
def sparse_fields_leave_relationships(answer: Answer) -> None:
    """Sparse fields leave attributes out, and neither relationships nor links."""
    one = some(answer.data, "events")
    expect("attributes", list(one["attributes"]), ["uuid"])
    expect_fields(one, ("relationships", "links"))


@fact("recorded response", calls.EVENT_METRIC)
def relationship_is_type_and_id(answer: Answer) -> None:
    """A relationship by itself is type and id, and a link."""
    expect("fields", [sorted(answer.data), sorted(answer.json["links"])], [["id", "type"], ["self"]])


@fact("recorded response", calls.PROFILE, row=ANONYMOUS)
def profile_has_an_anonymous_id(answer: Answer) -> None:
    """A profile shows `anonymous_id`, which the document does not name."""
    expect_fields(answer.data["attributes"], ("anonymous_id",))


@fact("recorded response", calls.PROFILE)
def profile_shows_what_it_has_not_as_null(answer: Answer) -> None:
    """What a profile has not is null and not absent."""
    expect_fields(answer.data["attributes"], PERSON)


@fact(
    "recorded response",
    calls.PROFILE,
    row="sends null for the latitude and longitude of a profile without them",
)
def place_has_ten_fields(answer: Answer) -> None:
    """A profile's location has ten fields, latitude and longitude null where they are not known."""
    place = answer.data["attributes"]["location"]
    if place == {}:
        raise Undecided("the profile's location is empty, as some are (public report)")
    expect_fields(place, PLACES, exactly=True)


@fact("recorded response", calls.PROFILE)
def profile_ids_are_sortable(answer: Answer) -> None:
    """A profile's id is a ULID of 26 characters, an old one's of six."""
    expect_look("id", answer.data["id"], rf"{ULID}|{OLD_PROFILE}")


@fact("recorded response", calls.PROFILE)
def profile_read_by_itself_has_conversations(answer: Answer) -> None:
    """A profile that is read by itself calls the relationship `conversations`."""
    expect_fields(answer.data["relationships"], ("conversations",))


@fact("recorded response", calls.EVENT_PROFILE, row=ONE_CONVERSATION)
def profile_of_an_event_has_a_conversation(answer: Answer) -> None:
    """A profile that is read by its event calls the relationship `conversation`."""
    expect_fields(answer.data["relationships"], ("conversation",))


@fact("Klaviyo OpenAPI", calls.SEGMENTS)
def segment_tells_its_state(answer: Answer) -> None:
    """A segment has name, definition, times, and whether it is active, at work and starred."""
    names = ("name", "definition", "created", "updated", "is_active", "is_processing", "is_starred")
    expect_fields(_attributes(answer, "segments"), names)


@fact("recorded response", calls.AGGREGATES, row="sends `next` and `prev` with aggregates")
def aggregates_have_pages(answer: Answer) -> None:
    """Aggregates have links to a next and a previous page, and an id of digits."""
    expect_fields(answer.json["links"], ("self", "next", "prev"))
    expect_look("id", answer.data["id"], r"\d+")


@fact("recorded response", calls.AGGREGATES)
def aggregates_begin_their_hours(answer: Answer) -> None:
    """The dates of aggregates are the beginnings of their hours, with `+00:00`."""
    for one in answer.data["attributes"]["dates"]:
        expect_look("date", one, r"\d{4}-\d\d-\d\dT\d\d:00:00\+00:00")


@fact("public reports", calls.AGGREGATES_PAGE)
def aggregates_want_large_pages(answer: Answer) -> None:
    """A page of fewer than 500 aggregates is 400."""
    answer.refuses(400, "invalid")
