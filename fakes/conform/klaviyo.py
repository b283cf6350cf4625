"""The script that drives every call of the Klaviyo fake."""

from typing import Any
from urllib.parse import unquote

from fakes.conform.exchanges import Driver
from fakes.conform.vendors import START
from fakes.core.tenants import Runtime
from fakes.klaviyo.app import application
from fakes.klaviyo.service.fake import KlaviyoFake

REVISION = "2026-07-15"
STARTED = "started conversation in Gladly"
FLAG = "In Gladly Conversation"
EMAIL = "ann.lee@klaviyo-demo.com"
Json = dict[str, Any]

_EVENT = "/api/events/{event_id}"
_METRIC = "/api/metrics/{metric_id}"
_PROPERTY = "/api/metric-properties/{property_id}"
_PROFILE = "/api/profiles/{profile_id}"
_SEGMENT = "/api/segments/{segment_id}"
_MADE_UP = {"event_id": "7qWkC6JPz7g", "metric_id": "SkDfHe", "property_id": "SkDfHe", "segment_id": "SkDfHe"}
_NOBODY = "01KB5Q2Z8V3N6T9W0XYAHJ4D7E"


def driven() -> Driver:
    """Return a driver that has driven everything."""
    fake = KlaviyoFake(Runtime.in_process(START))
    drive = Driver(
        application(fake), "https://a.klaviyo.com", fake.control_token, media_type="application/vnd.api+json"
    )
    account = drive.control("POST", "accounts", {"name": "Conformance"})
    here = f"accounts/{account['account_id']}"
    drive.control("PATCH", here, {"rate_limits": False})
    full = drive.control("POST", f"{here}/keys", {"name": "Full", "access": "full"})
    bare = drive.control("POST", f"{here}/keys", {"name": "None", "access": "custom", "scopes": []})
    drive.credentials = _credentials(full["private_key"])
    _accounts(drive, account["account_id"])
    _events(drive, account["public_key"])
    _metrics(drive)
    _profiles(drive)
    _segments(drive)
    _doors(drive)
    _refusals(drive, _credentials(bare["private_key"]))
    _trouble(drive, here)
    return drive


def _credentials(secret: str) -> dict[str, str]:
    return {"Authorization": f"Klaviyo-API-Key {secret}", "revision": REVISION}


def _resource(kind: str, resource_id: str | None = None, /, **attributes: Any) -> Json:
    """Return a body with one resource object."""
    named = {"id": resource_id} if resource_id else {}
    return {"data": {"type": kind} | named | {"attributes": attributes}}


def _accounts(drive: Driver, account_id: str) -> None:
    drive("GET /api/accounts", "the key's account", 200)
    drive("GET /api/accounts", "sparse fields", 200, query={"fields[account]": "timezone"})
    drive("GET /api/accounts", "a field nobody has", 400, query={"fields[account]": "mood"})
    drive("GET /api/accounts/{account_id}", "the key's own", 200, account_id=account_id)
    drive("GET /api/accounts/{account_id}", "somebody else's", 404, account_id="AbC123")


def _event(email: str, **attributes: Any) -> Json:
    profile = _resource("profile", email=email, first_name="Ann", properties={FLAG: True})
    said = {"properties": {"conversationId": "6537a1b2c3"}, "metric": _resource("metric", name=STARTED)}
    return _resource("event", **said | {"profile": profile} | attributes)


def _events(drive: Driver, public_key: str) -> None:
    more = {"time": "2026-11-23T09:30:00Z", "value": 9.99, "value_currency": "USD", "unique_id": "1:started"}
    drive("POST /api/events", "the least", 202, _event(EMAIL))
    drive("POST /api/events", "every attribute", 202, _event("bo@klaviyo-demo.com", **more))
    drive("POST /api/events", "a wrong address", 400, _event("nonsense"))
    drive("POST /api/events", "an unknown attribute", 400, _event(EMAIL, bogus=1))
    happening = _event(EMAIL)["data"]
    profile = happening["attributes"].pop("profile")
    entry = _resource("event-bulk-create", profile=profile, events={"data": [happening]})["data"]
    job = {"events-bulk-create": {"data": [entry]}}
    drive("POST /api/event-bulk-create-jobs", "one", 202, _resource("event-bulk-create-job", **job))
    drive("POST /api/event-bulk-create-jobs", "no entries", 400, _resource("event-bulk-create-job"))
    company = {"company_id": public_key}
    with drive.speaking_as({"revision": REVISION}):
        drive("POST /client/events", "from a page", 202, _event(EMAIL), query=company)
        drive("POST /client/events", "no company", 400, _event(EMAIL))
    _read_events(drive)


def _read_events(drive: Driver) -> None:
    everything = {"include": "metric,profile", "sort": "datetime", "page[size]": "1"}
    page = drive("GET /api/events", "a page with all that belongs to it", 200, query=everything).json()
    cursor = page["links"]["next"].partition("page%5Bcursor%5D=")[2].partition("&")[0]
    drive("GET /api/events", "the page after it", 200, query={"page[cursor]": unquote(cursor)})
    drive("GET /api/events", "sparse fields", 200, query={"fields[event]": "uuid"})
    drive("GET /api/events", "a metric nobody has", 400, query={"filter": 'equals(metric_id,"SkDfHe")'})
    drive("GET /api/events", "a broken filter", 400, query={"filter": "equals("})
    drive("GET /api/events", "a cursor nobody made", 400, query={"page[cursor]": "x"})
    event_id = page["data"][0]["id"]
    drive(f"GET {_EVENT}", "one", 200, event_id=event_id)
    drive(
        f"GET {_EVENT}",
        "with profile and metric",
        200,
        query={"include": "metric,profile"},
        event_id=event_id,
    )
    for name in ("metric", "profile"):
        drive(f"GET {_EVENT}/{name}", "of an event", 200, event_id=event_id)
        drive(f"GET {_EVENT}/relationships/{name}", "of an event", 200, event_id=event_id)
    for path in (
        "",
        *(f"/{rest}{name}" for rest in ("", "relationships/") for name in ("metric", "profile")),
    ):
        drive(f"GET {_EVENT}{path}", "of no event", 404, event_id=_MADE_UP["event_id"])


def _metrics(drive: Driver) -> None:
    metric = drive("GET /api/metrics", "all", 200).json()["data"][0]
    drive("GET /api/metrics", "with flows", 200, query={"include": "flow-triggers"})
    drive("GET /api/metrics", "a filter nobody has", 400, query={"filter": 'equals(mood,"x")'})
    drive(f"GET {_METRIC}", "one", 200, metric_id=metric["id"])
    wanted = {"additional-fields[metric-property]": "sample_values"}
    listed = drive(
        f"GET {_METRIC}/metric-properties", "with samples", 200, query=wanted, metric_id=metric["id"]
    )
    drive(f"GET {_METRIC}/relationships/metric-properties", "ids", 200, metric_id=metric["id"])
    drive(f"GET {_METRIC}/flow-triggers", "none", 200, metric_id=metric["id"])
    drive(f"GET {_METRIC}/relationships/flow-triggers", "none", 200, metric_id=metric["id"])
    property_id = listed.json()["data"][0]["id"]
    drive(f"GET {_PROPERTY}", "one", 200, property_id=property_id)
    drive(f"GET {_PROPERTY}", "with its metric", 200, query={"include": "metric"}, property_id=property_id)
    drive(f"GET {_PROPERTY}/metric", "of a property", 200, property_id=property_id)
    drive(f"GET {_PROPERTY}/relationships/metric", "of a property", 200, property_id=property_id)
    for path in ("", "/metric-properties", "/flow-triggers"):
        drive(f"GET {_METRIC}{path}", "of no metric", 404, metric_id=_MADE_UP["metric_id"])
    for path in ("", "/metric", "/relationships/metric"):
        drive(f"GET {_PROPERTY}{path}", "of no property", 404, property_id=_MADE_UP["property_id"])
    _aggregates(drive, metric["id"])


def _aggregates(drive: Driver, metric_id: str) -> None:
    span = ["greater-or-equal(datetime,2026-11-22T00:00:00)", "less-than(datetime,2026-11-24T00:00:00)"]
    asked = {"metric_id": metric_id, "measurements": ["count", "unique", "sum_value"], "filter": span}
    path = "POST /api/metric-aggregates"
    drive(path, "by day", 200, _resource("metric-aggregate", **asked))
    drive(path, "by currency", 200, _resource("metric-aggregate", **asked, by=["$value_currency"]))
    drive(path, "no range", 400, _resource("metric-aggregate", **asked | {"filter": []}))
    drive(path, "no metric", 404, _resource("metric-aggregate", **asked | {"metric_id": "SkDfHe"}))


def _profiles(drive: Driver) -> None:
    place = {"city": "Boston", "country": "United States", "latitude": 42.35, "longitude": "-71.05"}
    full = {
        "email": "cy@klaviyo-demo.com",
        "phone_number": "+12345678901",
        "external_id": "x",
        "location": place,
    }
    made = drive("POST /api/profiles", "every identifier", 201, _resource("profile", **full)).json()["data"]
    drive("POST /api/profiles", "the same again", 409, _resource("profile", **full))
    drive("POST /api/profiles", "a wrong address", 400, _resource("profile", email="nonsense"))
    drive("GET /api/profiles", "all", 200, query={"sort": "email", "page[size]": "2"})
    drive("GET /api/profiles", "by address", 200, query={"filter": f'equals(email,"{EMAIL}")'})
    more = {"additional-fields[profile]": "subscriptions,predictive_analytics"}
    drive("GET /api/profiles", "with subscriptions and predictions", 200, query=more)
    drive("GET /api/profiles", "too large a page", 400, query={"page[size]": "101"})
    included = {"include": "lists,segments,push-tokens,conversations"}
    drive(f"GET {_PROFILE}", "with all that belongs to it", 200, query=included, profile_id=made["id"])
    drive(f"GET {_PROFILE}", "with subscriptions and predictions", 200, query=more, profile_id=made["id"])
    drive(f"GET {_PROFILE}", "nobody", 404, profile_id=_NOBODY)
    change = _resource("profile", made["id"], first_name="Cy", properties={FLAG: False})
    change["data"]["meta"] = {"patch_properties": {"append": {"tags": "vip"}, "unset": "old"}}
    drive(f"PATCH {_PROFILE}", "a name and a patch", 200, change, profile_id=made["id"])
    other = _resource("profile", made["id"], email=EMAIL)
    drive(f"PATCH {_PROFILE}", "somebody else's address", 409, other, profile_id=made["id"])
    drive(f"PATCH {_PROFILE}", "nobody", 404, _resource("profile", _NOBODY, title="Dr"), profile_id=_NOBODY)
    new = _resource("profile", email="dee@klaviyo-demo.com", properties={FLAG: True})
    drive("POST /api/profile-import", "somebody new", 201, new)
    drive("POST /api/profile-import", "somebody known", 200, new, query=more)
    drive("POST /api/profile-import", "nobody at all", 400, _resource("profile", first_name="Ann"))
    for name in ("lists", "push-tokens", "segments", "conversations"):
        for path in (f"GET {_PROFILE}/{name}", f"GET {_PROFILE}/relationships/{name}"):
            drive(path, "of a profile", 200, profile_id=made["id"])
            drive(path, "of nobody", 404, profile_id=_NOBODY)
    for path in ("conversation", "relationships/conversation"):
        drive(f"GET {_PROFILE}/{path}", "of a profile without any", 200, profile_id=made["id"])


def _definition(condition: Json) -> Json:
    return {"condition_groups": [{"conditions": [condition]}]}


def _segments(drive: Driver) -> None:
    metric_id = drive("GET /api/metrics", "all", 200).json()["data"][0]["id"]
    flag = {"type": "boolean", "operator": "equals", "value": True}
    waiting = {"type": "profile-property", "property": f"properties['{FLAG}']", "filter": flag}
    ever = {
        "type": "profile-metric",
        "metric_id": metric_id,
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": "greater-than", "value": 0},
        "timeframe_filter": {"type": "date", "operator": "alltime"},
    }
    for name, condition in (("On a property", waiting), ("On a metric", ever)):
        body = _resource("segment", name=name, definition=_definition(condition))
        segment_id = drive("POST /api/segments", name, 201, body).json()["data"]["id"]
    drive("POST /api/segments", "no definition", 400, _resource("segment", name="None"))
    drive("GET /api/segments", "all", 200, query={"sort": "name", "include": "tags,flow-triggers"})
    drive("GET /api/segments", "a sort nobody has", 400, query={"sort": "mood"})
    count = {"additional-fields[segment]": "profile_count"}
    drive(f"GET {_SEGMENT}", "with its size", 200, query=count, segment_id=segment_id)
    for path in ("profiles", "relationships/profiles"):
        drive(f"GET {_SEGMENT}/{path}", "its members", 200, query={"page[size]": "1"}, segment_id=segment_id)
        drive(f"GET {_SEGMENT}/{path}", "of no segment", 404, segment_id=_MADE_UP["segment_id"])
    for path in ("tags", "relationships/tags", "flow-triggers", "relationships/flow-triggers"):
        drive(f"GET {_SEGMENT}/{path}", "none", 200, segment_id=segment_id)
        drive(f"GET {_SEGMENT}/{path}", "of no segment", 404, segment_id=_MADE_UP["segment_id"])
    person = drive("GET /api/profiles", "by address", 200, query={"filter": f'equals(email,"{EMAIL}")'})
    person_id = person.json()["data"][0]["id"]
    for path in ("segments", "relationships/segments"):
        drive(f"GET {_PROFILE}/{path}", "of a member", 200, profile_id=person_id)
    renamed = _resource("segment", segment_id, name="Renamed", is_starred=True)
    drive(f"PATCH {_SEGMENT}", "a name", 200, renamed, segment_id=segment_id)
    drive(
        f"PATCH {_SEGMENT}",
        "another id",
        400,
        _resource("segment", "SkDfHe", name="x"),
        segment_id=segment_id,
    )
    drive(f"DELETE {_SEGMENT}", "one", 204, segment_id=segment_id)
    drive(f"DELETE {_SEGMENT}", "it is gone", 404, segment_id=segment_id)
    drive(f"GET {_SEGMENT}", "it is gone", 404, segment_id=segment_id)


def _doors(drive: Driver) -> None:
    """Knock where there is nothing: lists are empty, no body that is none is taken."""
    by_mail = {"filter": "equals(messages.channel,'email')", "page[size]": "1", "sort": "-created_at"}
    drive("GET /api/campaigns", "by mail, of which there are none", 200, query=by_mail)
    drive("GET /api/campaigns", "of no channel", 400)
    listed: dict[str, Json] = {
        "catalog-items": {"filter": "equals(published,true)", "include": "variants", "sort": "created"},
        "flows": {"filter": 'contains(name,"x")', "include": "flow-actions,tags", "page[size]": "1"},
        "lists": {"filter": 'equals(name,"x")', "include": "flow-triggers,tags", "sort": "-name"},
        "tags": {"filter": 'starts-with(name,"x")', "include": "tag-group", "fields[tag]": "name"},
        "custom-metrics": {"include": "metrics", "fields[custom-metric]": "name"},
        "profile-suppression-bulk-create-jobs": {"filter": 'equals(status,"processing")'},
        "profile-suppression-bulk-delete-jobs": {"sort": "-created"},
    }
    for name, query in listed.items():
        drive(f"GET /api/{name}", "none", 200, query=query)
    for name in ("campaigns", *listed, "data-privacy-deletion-jobs"):
        drive(f"POST /api/{name}", "an empty body", 400, {})
    one, none = "/api/custom-metrics/{metric_id}", _MADE_UP["metric_id"]
    for method in ("GET", "DELETE"):
        drive(f"{method} {one}", "of no custom metric", 404, metric_id=none)
    drive(f"PATCH {one}", "an empty body", 400, {}, metric_id=none)
    drive(f"PATCH {one}", "no custom metric", 404, _resource("custom-metric", none, name="x"), metric_id=none)


def _refusals(drive: Driver, bare: dict[str, str]) -> None:
    """Ask every call without a key, and with one that may do nothing."""
    for route in drive.routes():
        if " /api/" not in route or route.startswith("HEAD ") or route.endswith(("track", "identify")):
            continue
        for credentials, purpose, status in (({}, "without a key", 401), (bare, "a key without scopes", 403)):
            with drive.speaking_as(credentials):
                drive.with_placeholders(route, purpose, status)


def _trouble(drive: Driver, here: str) -> None:
    """Let the server be busy, and broken."""
    for kind, said in (("throttle", {"seconds": 1}), ("status", {"status": 503})):
        fault = {"route": "GET /api/metrics", "kind": kind, "times": 1} | said
        drive.control("POST", f"{here}/faults", fault)
        drive("GET /api/metrics", f"an armed {kind}", 429 if kind == "throttle" else 503)
