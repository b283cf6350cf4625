"""The calls by which Klaviyo is asked: reads, and what it must refuse."""

from typing import Any

from harness.live.facts.call import Call

METRICS_PATH, EVENTS_PATH, PROFILES_PATH = "/api/metrics", "/api/events", "/api/profiles"
NOBODY = "NOPE01"
"""An id that nobody has, of the length of a metric's."""

FOREIGN = "SkDfHe"
UNKNOWN_EVENT = "7qWkC6JPz7g"
DROPPED_ADDRESS = "nobody@example.com"
"""Klaviyo takes events for this domain and keeps none of them (Klaviyo docs)."""


def _call(path: str, about: str = "", status: int = 200, *query: tuple[str, str], **more: Any) -> Call:
    return Call("Klaviyo", "GET", path, about, query, status=status, **more)


def _metrics(about: str = "", status: int = 200, *query: tuple[str, str], **more: Any) -> Call:
    return _call(METRICS_PATH, about, status, *query, scope="metrics:read", **more)


def _events(about: str, status: int, *query: tuple[str, str], **more: Any) -> Call:
    return _call(EVENTS_PATH, about, status, *query, scope="events:read", tier="XL", **more)


def _profiles(about: str, status: int, *query: tuple[str, str], **more: Any) -> Call:
    return _call(PROFILES_PATH, about, status, *query, scope="profiles:read", tier="L", **more)


ACCOUNT = _call("/api/accounts", scope="accounts:read", tier="XS")

NO_KEY = _metrics("without a key", 401, credential="none")
WITHOUT_SCHEME = _metrics("a key without its scheme", 401, credential="bare")
UNKNOWN_KEY = _metrics("an unknown key", 401, credential="unknown")
PUBLIC_KEY = _metrics("the public key as a private one", 401, credential="public")
BEARER = _metrics("a private key as a bearer token", 401, credential="bearer")
KEY_IN_QUERY = _metrics("a key in the query", 401, ("api_key", "{made_up_key}"), credential="none")
MISSING_SCOPE = Call(
    "Klaviyo",
    "POST",
    EVENTS_PATH,
    "without the scope",
    body={"data": {}},
    status=403,
    tier="XL",
)

NO_REVISION = _metrics("without a revision", 400, without=("revision",))
NO_SUCH_REVISION = _metrics("a revision that is no date", 400, headers={"revision": "yesterday"})
EARLY_REVISION = _metrics("a revision before the first", 400, headers={"revision": "2000-01-01"})
FUTURE_REVISION = _metrics("a revision to come", 400, headers={"revision": "2999-01-01"})
RETIRED = _metrics("a retired revision", headers={"revision": "2023-02-22"})
RETIRED_WITHOUT_FALL = _metrics(
    "a retired revision, not falling forward",
    410,
    headers={"revision": "2023-02-22", "X-Klaviyo-Revision-Fall-Forward-Opt-Out": "1"},
)

METRICS = _metrics(orders=("id",))
METRICS_SLASH = _call(f"{METRICS_PATH}/", scope="metrics:read")
METRICS_HTML = _metrics("a page is wanted", 406, headers={"Accept": "text/html"})
METRICS_POST = Call("Klaviyo", "POST", METRICS_PATH, status=405, scope="metrics:read")
METRICS_PAGE_SIZE = _metrics("a page size, which there is not", 400, ("page[size]", "5"))
METRICS_FIELD = _metrics("a filter on no field", 400, ("filter", 'equals(name,"x")'))
METRICS_OPERATOR = _metrics("an operator it has not", 400, ("filter", 'contains(integration.name,"x")'))
METRICS_INCLUDE = _metrics("an unknown include", 400, ("include", "profiless"))
METRICS_OF_API = _metrics("of the API by name", 200, ("filter", 'equals(integration.name,"API")'))
METRICS_OF_CATEGORY = _metrics(
    "of the API by category", 200, ("filter", 'equals(integration.category,"API")')
)
METRIC = _call(f"{METRICS_PATH}/{{metric}}", scope="metrics:read")
METRIC_UNKNOWN = _call(f"{METRICS_PATH}/{NOBODY}", "nobody's", 404, scope="metrics:read")


def _aggregates(about: str, status: int, **attributes: Any) -> Call:
    span = ["greater-or-equal(datetime,{yesterday})", "less-than(datetime,{now})"]
    asked = {"metric_id": "{metric}", "measurements": ["count", "unique"], "filter": span} | attributes
    body = {"data": {"type": "metric-aggregate", "attributes": asked}}
    return Call(
        "Klaviyo",
        "POST",
        "/api/metric-aggregates",
        about,
        body=body,
        status=status,
        scope="metrics:read",
        tier="S",
    )


AGGREGATES = _aggregates("by hour", 200, interval="hour")
AGGREGATES_PAGE = _aggregates("a small page", 400, page_size=100)

NEWEST_EVENT = _events(
    "the newest", 200, ("include", "metric,profile"), ("page[size]", "1"), ("sort", "-datetime")
)
EVENTS = _events("", 200, ("page[size]", "100"), orders=("attributes.datetime",))
EVENTS_NEWEST = _events(
    "newest first", 200, ("page[size]", "100"), ("sort", "-datetime"), orders=("attributes.datetime",)
)
EVENTS_OLDEST = _events(
    "oldest first", 200, ("page[size]", "100"), ("sort", "datetime"), orders=("attributes.datetime",)
)
EVENTS_SPARSE = _events("one field only", 200, ("page[size]", "1"), ("fields[event]", "uuid"))
EVENTS_FIELDS = _events("unknown fields", 400, ("fields[event]", "mood"))
EVENTS_SORT = _events("an unknown order", 400, ("sort", "mood"))
EVENTS_BROKEN = _events("a broken filter", 400, ("filter", "equals("))
EVENTS_CURSOR = _events("a cursor nobody made", 400, ("page[cursor]", "x"))
EVENTS_PAGE_SIZE = _events("too large a page", 400, ("page[size]", "1001"))
EVENTS_FOREIGN = _events("a metric nobody has", 400, ("filter", f'equals(metric_id,"{FOREIGN}")'))
EVENTS_FUTURE = _events("after a moment to come", 400, ("filter", "greater-than(datetime,{next_year})"))
EVENT = _call(f"{EVENTS_PATH}/{{event}}", scope="events:read")
EVENT_MALFORMED = _call(f"{EVENTS_PATH}/{NOBODY}", "no id of an event", 400, scope="events:read")
EVENT_UNKNOWN = _call(f"{EVENTS_PATH}/{UNKNOWN_EVENT}", "nobody's", 404, scope="events:read")
EVENT_METRIC = _call(f"{EVENTS_PATH}/{{event}}/relationships/metric", scope="events:read", tier="XL")
EVENT_PROFILE = _call(f"{EVENTS_PATH}/{{event}}/profile", scope="profiles:read", tier="XL")

PROFILES = _profiles("", 200, ("page[size]", "1"))
PROFILES_NOBODY = _profiles(
    "nobody's address", 200, ("filter", 'equals(email,"nobody.at.all@mail.sandbox.gladly.qa")')
)
PROFILES_PAGE_SIZE = _profiles("too large a page", 400, ("page[size]", "101"))
PROFILE = _call(f"{PROFILES_PATH}/{{profile}}", scope="profiles:read", tier="L")
PROFILE_UNKNOWN = _call(f"{PROFILES_PATH}/{NOBODY}", "nobody", 404, scope="profiles:read", tier="L")

SEGMENTS = _call("/api/segments", scope="segments:read", tier="L")
SEGMENTS_PAGE_SIZE = _call(
    "/api/segments", "too large a page", 400, ("page[size]", "11"), scope="segments:read", tier="L"
)
KEYS = _call("/api/api-keys", scope="credentials:read", tier="XS", headers={"revision": "{beta}"})
KEYS_STABLE = _call("/api/api-keys", "no beta revision", 404, scope="credentials:read", tier="XS")


def _sent(about: str, status: int, attributes: Any, **more: Any) -> Call:
    body = {"data": {"type": "event", "attributes": attributes}}
    return Call(
        "Klaviyo",
        "POST",
        EVENTS_PATH,
        about,
        body=body,
        status=status,
        credential="writing",
        allow="verify",
        tier="XL",
        **more,
    )


def _happening(address: str = DROPPED_ADDRESS, **more: Any) -> dict[str, Any]:
    metric = {"type": "metric", "attributes": {"name": "closed conversation in Gladly"}}
    profile = {"type": "profile", "attributes": {"email": address}}
    return {"properties": {}, "metric": {"data": metric}, "profile": {"data": profile}} | more


EVENT_TAKEN = _sent("for an address that is dropped", 202, _happening())
EVENT_WITHOUT_METRIC = _sent("without a metric", 400, {"properties": {}, "profile": _happening()["profile"]})
EVENT_WITH_MORE = _sent("an unknown attribute", 400, _happening(bogus=1))
EVENT_BAD_ADDRESS = _sent("no address", 400, _happening("nonsense"))
EVENT_UNIX_TIME = _sent("a time in seconds", 400, _happening(time=1_700_000_000))
EVENT_AS_TEXT = _sent("as text", 415, _happening(), headers={"Content-Type": "text/plain"})
