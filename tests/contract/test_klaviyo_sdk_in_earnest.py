"""Klaviyo's official Python SDK over a thousand events: every call that an integration makes, and typed models back."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import openapi_client
import pytest
from pydantic import BaseModel

from tests.contract.sdk import client
from tests.serving import Served, served

PEOPLE, EVENTS_EACH, METRICS = 10, 100, 250
FIRST = datetime(2026, 11, 20, 10, tzinfo=UTC)
FLAG = "In Gladly Conversation"
ANN = "p0@mail.sandbox.gladly.qa"

models: Any = openapi_client.models  # which re-exports its names without saying so

Read = Callable[[Any, dict[str, str]], Any]


def _event(number: int) -> dict[str, Any]:
    metric = {"type": "metric", "attributes": {"name": f"metric {number % METRICS:03}"}}
    attributes = {
        "properties": {"number": number},
        "time": (FIRST + timedelta(minutes=number // 2)).isoformat(),  # each time twice
        "unique_id": f"u{number}",
        "metric": {"data": metric},
    }
    return {"type": "event", "attributes": attributes}


def _person(**attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "profile", "attributes": attributes}}


def _job() -> dict[str, Any]:
    """Return a job with all events, a hundred of each person, of whom every other one is in a conversation."""
    entries = []
    for person in range(PEOPLE):
        numbers = range(person * EVENTS_EACH, (person + 1) * EVENTS_EACH)
        who = _person(email=f"p{person}@mail.sandbox.gladly.qa", properties={FLAG: person % 2 == 0})
        events = {"data": [_event(number) for number in numbers]}
        entries.append({"type": "event-bulk-create", "attributes": {"profile": who, "events": events}})
    attributes = {"events-bulk-create": {"data": entries}}
    return {"data": {"type": "event-bulk-create-job", "attributes": attributes}}


@pytest.fixture(name="api", scope="module")
def _api() -> Iterator[Any]:
    """The SDK with a full-access key of an account without limits, which has a thousand events from one bulk job."""
    with served("--empty") as fakes:
        fakes.control("PATCH", "", {"rate_limits": False})
        api = client(fakes, _full_key(fakes))
        assert api.Events.bulk_create_events(_job()) is None
        yield api


def _full_key(fakes: Served) -> str:
    return str(fakes.control("POST", "/keys", {"name": "Everything", "access": "full"})["private_key"])


@pytest.fixture(name="ids", scope="module")
def _ids(api: Any) -> dict[str, str]:
    """The ids of Ann, her first event, its metric, and a segment that she is in."""
    [ann] = api.Profiles.get_profiles(filter=f'equals(email,"{ANN}")').data
    event = api.Events.get_events(filter=f'equals(profile_id,"{ann.id}")', sort="datetime", page_size=1)
    metric = event.data[0].relationships.metric.data.id
    segment = api.Segments.create_segment(_segment("In Gladly conversation")).data.id
    prop = api.Metrics.get_properties_for_metric(metric).data[0].id
    return {
        "profile": ann.id,
        "event": event.data[0].id,
        "metric": metric,
        "segment": segment,
        "property": prop,
    }


def _segment(name: str) -> dict[str, Any]:
    wanted = {"type": "boolean", "operator": "equals", "value": True}
    condition = {"type": "profile-property", "property": f"properties['{FLAG}']", "filter": wanted}
    definition = {"condition_groups": [{"conditions": [condition]}]}
    return {"data": {"type": "segment", "attributes": {"name": name, "definition": definition}}}


def _all(read: Callable[..., Any], **asked: Any) -> list[Any]:
    """Return the rows of all pages, following ``links.next`` to the end as the SDK's users do."""
    rows: list[Any] = []
    page = read(**asked)
    while True:
        rows += page.data
        if page.links.next is None:
            return rows
        page = read(**asked, page_cursor=page.links.next)


@pytest.mark.parametrize(("size", "sort"), [(300, "datetime"), (1000, "-timestamp")])
def test_every_event_once_in_order(api: Any, size: int, sort: str) -> None:
    """Pages lead through all thousand events, each once, in the order that was asked for, as typed models."""
    rows = _all(api.Events.get_events, sort=sort, page_size=size, include=["metric", "profile"])

    numbers = {row.attributes.event_properties["number"] for row in rows}
    times = [row.attributes.datetime_ for row in rows]
    assert len(rows) == len(numbers) == PEOPLE * EVENTS_EACH
    assert times == sorted(times, reverse=sort.startswith("-"))
    assert {type(row) for row in rows} == {models.EventResponseObjectResource}


def test_a_page_back(api: Any) -> None:
    """``links.prev`` of the second page leads to the first."""
    first = api.Events.get_events(sort="datetime", page_size=10)
    second = api.Events.get_events(sort="datetime", page_size=10, page_cursor=first.links.next)
    back = api.Events.get_events(sort="datetime", page_size=10, page_cursor=second.links.prev)

    assert [row.id for row in back.data] == [row.id for row in first.data]


def test_metrics_and_profiles_to_the_end(api: Any) -> None:
    """Metrics, two hundred to a page that cannot be sized, and profiles, three to a page, are all reached."""
    names = [row.attributes.name for row in _all(api.Metrics.get_metrics)]
    addresses = [row.attributes.email for row in _all(api.Profiles.get_profiles, page_size=3, sort="email")]

    assert sorted(names) == [f"metric {number:03}" for number in range(METRICS)]
    assert [address for address in addresses if address.startswith("p")] == sorted(
        f"p{person}@mail.sandbox.gladly.qa" for person in range(PEOPLE)
    )


def test_filters_of_events(api: Any, ids: dict[str, str]) -> None:
    """Filters on metric, profile and time hold together, with a time as the SDK's users write it."""
    end = (FIRST + timedelta(minutes=10)).isoformat()
    clauses = [f'equals(profile_id,"{ids["profile"]}")', f"less-than(datetime,{end})"]
    early = _all(api.Events.get_events, filter=",".join(clauses))
    [one] = _all(api.Events.get_events, filter=f'{clauses[0]},equals(metric_id,"{ids["metric"]}")')

    assert {row.attributes.event_properties["number"] for row in early} == set(range(20))
    assert one.id == ids["event"]


READS: dict[str, tuple[Read, Any]] = {
    "event": (
        lambda api, ids: api.Events.get_event(ids["event"], include=["metric", "profile"]),
        models.GetEventResponseCompoundDocument,
    ),
    "metric of an event": (
        lambda api, ids: api.Events.get_metric_for_event(ids["event"]),
        models.GetMetricResponse,
    ),
    "metric id of an event": (
        lambda api, ids: api.Events.get_metric_id_for_event(ids["event"]),
        models.GetEventMetricRelationshipResponse,
    ),
    "profile of an event": (
        lambda api, ids: api.Events.get_profile_for_event(ids["event"]),
        models.GetProfileResponse,
    ),
    "profile id of an event": (
        lambda api, ids: api.Events.get_profile_id_for_event(ids["event"]),
        models.GetEventProfileRelationshipResponse,
    ),
    "metrics": (
        lambda api, _: api.Metrics.get_metrics(
            filter='equals(integration.name,"API")', include=["flow-triggers"]
        ),
        models.GetMetricResponseCollectionCompoundDocument,
    ),
    "metric": (
        lambda api, ids: api.Metrics.get_metric(ids["metric"]),
        models.GetMetricResponseCompoundDocument,
    ),
    "metric properties": (
        lambda api, ids: api.Metrics.get_properties_for_metric(ids["metric"]),
        models.GetMetricPropertyResponseCollection,
    ),
    "metric property": (
        lambda api, ids: api.Metrics.get_metric_property(ids["property"], include=["metric"]),
        models.GetMetricPropertyResponseCompoundDocument,
    ),
    "flows of a metric": (
        lambda api, ids: api.Metrics.get_flows_triggered_by_metric(ids["metric"]),
        models.GetFlowResponseCollection,
    ),
    "profiles": (
        lambda api, _: api.Profiles.get_profiles(
            filter=f'any(email,["{ANN}"])', include=["push-tokens", "conversations"]
        ),
        models.GetProfileResponsePluralConversationsCollectionCompoundDocument,
    ),
    "profile": (
        lambda api, ids: api.Profiles.get_profile(ids["profile"], include=["lists", "segments"]),
        models.GetProfileResponsePluralConversationsCompoundDocument,
    ),
    "lists of a profile": (
        lambda api, ids: api.Profiles.get_lists_for_profile(ids["profile"]),
        models.GetListResponseCollection,
    ),
    "segments of a profile": (
        lambda api, ids: api.Profiles.get_segments_for_profile(ids["profile"]),
        models.GetSegmentResponseCollection,
    ),
    "accounts": (lambda api, _: api.Accounts.get_accounts(), models.GetAccountResponseCollection),
    "segments": (
        lambda api, _: api.Segments.get_segments(include=["tags", "flow-triggers"], sort="-name"),
        models.GetSegmentListResponseCollectionCompoundDocument,
    ),
    "segment": (
        lambda api, ids: api.Segments.get_segment(ids["segment"], include=["tags"]),
        models.GetSegmentRetrieveResponseCompoundDocument,
    ),
    "profiles of a segment": (
        lambda api, ids: api.Segments.get_profiles_for_segment(ids["segment"]),
        models.GetSegmentMemberResponseCollection,
    ),
    "profile ids of a segment": (
        lambda api, ids: api.Segments.get_profile_ids_for_segment(ids["segment"]),
        models.GetSegmentProfilesRelationshipsResponseCollection,
    ),
    "tags of a segment": (
        lambda api, ids: api.Segments.get_tags_for_segment(ids["segment"]),
        models.GetTagResponseCollection,
    ),
    "flows of a segment": (
        lambda api, ids: api.Segments.get_flows_triggered_by_segment(ids["segment"]),
        models.GetFlowResponseCollection,
    ),
}


@pytest.mark.parametrize("name", READS)
def test_reads_are_typed(api: Any, ids: dict[str, str], name: str) -> None:
    """Each read returns the SDK's own model of its answer, every nested resource a model too."""
    read, model = READS[name]

    answer = read(api, ids)

    rows = answer.data if isinstance(answer.data, list) else [answer.data]
    assert type(answer) is model
    assert all(isinstance(row, BaseModel) for row in rows)
    assert str(answer.links.var_self).startswith("http://127.0.0.1:")


def test_aggregates(api: Any, ids: dict[str, str]) -> None:
    """Counts of a metric come back as typed rows of figures."""
    days = ["greater-or-equal(datetime,2026-11-20)", "less-than(datetime,2026-11-23)"]
    attributes = {"metric_id": ids["metric"], "measurements": ["count", "unique"], "filter": days}

    answer = api.Metrics.query_metric_aggregates(
        {"data": {"type": "metric-aggregate", "attributes": attributes}}
    )

    assert type(answer) is models.PostMetricAggregateResponse
    [row] = answer.data.attributes.data
    assert sum(row.measurements["count"]) == PEOPLE * EVENTS_EACH // METRICS


def test_a_profile_from_creation_to_import(api: Any) -> None:
    """Created, refused as a duplicate with the id of the other, updated, then imported: one and the same profile."""
    mine = _person(email="new@mail.sandbox.gladly.qa", location={"city": "Boston"}, properties={"a": 1})
    created = api.Profiles.create_profile(mine)
    with pytest.raises(openapi_client.exceptions.ApiException) as conflict:
        api.Profiles.create_profile(mine)
    update = {"data": _person(last_name="New")["data"] | {"id": created.data.id}}
    updated = api.Profiles.update_profile(created.data.id, update)
    imported = api.Profiles.create_or_update_profile(
        _person(email="NEW@mail.sandbox.gladly.qa", properties={"b": 2})
    )

    [error] = json.loads(conflict.value.body or "")["errors"]
    assert (conflict.value.status, error["meta"]["duplicate_profile_id"]) == (409, created.data.id)
    assert type(created) is type(imported) is models.PostProfileResponse
    assert type(updated) is models.PatchProfileResponse
    assert imported.data.id == created.data.id
    attributes = imported.data.attributes
    assert (attributes.last_name, attributes.location.city, attributes.properties) == (
        "New",
        "Boston",
        {"a": 1, "b": 2},
    )


def test_a_segment_from_creation_to_deletion(api: Any) -> None:
    """A segment is made, holds whom its definition says, is renamed and deleted."""
    segment = api.Segments.create_segment(_segment("Out"))
    segment_id = segment.data.id
    members = _all(lambda **asked: api.Segments.get_profiles_for_segment(segment_id, **asked), page_size=2)
    renamed = api.Segments.update_segment(
        segment_id, {"data": {"type": "segment", "id": segment_id, "attributes": {"name": "In"}}}
    )
    api.Segments.delete_segment(segment_id)

    assert {row.attributes.email for row in members} == {
        f"p{person}@mail.sandbox.gladly.qa" for person in range(0, PEOPLE, 2)
    }
    assert type(segment) is models.PostSegmentCreateResponse
    assert (type(renamed), renamed.data.attributes.name) == (models.PatchSegmentPartialUpdateResponse, "In")
    with pytest.raises(openapi_client.exceptions.NotFoundException):
        api.Segments.get_segment(segment_id)
