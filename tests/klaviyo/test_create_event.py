"""What create-event takes, and its words for what it does not."""

import json
from typing import Any

import httpx
import pytest

from fakes.klaviyo.api.events.bodies import ProfileAttributes, ProfileData
from fakes.klaviyo.api.events.drafts import change
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.errors import InvalidEvent
from fakes.klaviyo.rules.payload import LARGEST_PAYLOAD
from tests.klaviyo.support import EMAIL, STARTED, Caller, Json, event_body, only_error, profile_part

INVALID_PAYLOAD = "The payload provided in the request is invalid."
ONE_OF = "One of `attributes`, `relationships` or `id` must be included in the request payload."
PROFILE = "/data/attributes/profile/data/attributes"


def test_accepted(caller: Caller) -> None:
    """An accepted event is 202 with no body, no content type, and the rate-limit headers in list form."""
    response = caller.post(event_body())

    assert response.status_code == 202
    assert response.content == b""
    assert "content-type" not in response.headers
    assert response.headers["ratelimit-limit"] == "350, 350;w=1, 3500;w=60"
    assert response.headers["ratelimit-remaining"] == "349"
    assert response.headers["ratelimit-reset"] == "0"


@pytest.mark.parametrize("path", ["/api/events", "/api/events/"])
@pytest.mark.parametrize(
    "media_type", ["application/json", "application/vnd.api+json", "application/json; charset=utf-8"]
)
def test_spellings(http: httpx.Client, caller: Caller, path: str, media_type: str) -> None:
    """Both spellings of the path and both media types work."""
    body = (
        b'{"data":{"type":"event","attributes":{"properties":{},'
        b'"metric":{"data":{"type":"metric","attributes":{"name":"x"}}},'
        b'"profile":{"data":{"type":"profile","attributes":{"email":"a@b.co"}}}}}}'
    )

    response = http.post(path, content=body, headers=caller.headers | {"Content-Type": media_type})

    assert response.status_code == 202


def test_everything_is_kept(caller: Caller, account: Account) -> None:
    """Identifiers, names, location and custom properties of a person arrive at the profile."""
    person = {
        "email": "Ann.Lee@Klaviyo-Demo.com",
        "phone_number": "+15005550006",
        "external_id": "7",
        "first_name": "Ann",
        "last_name": "Lee",
        "organization": "Gladly",
        "locale": "en-US",
        "title": "Agent",
        "image": "https://klaviyo-demo.com/a.png",
        "location": {"city": "Boston", "latitude": 42.36},
        "properties": {"In Gladly Conversation": True},
    }

    caller.track(profile=profile_part(**person))

    shown = caller.rows("/api/profiles")[0]["attributes"]
    assert {name: shown[name] for name in person if name not in ("email", "location")} == {
        name: value for name, value in person.items() if name not in ("email", "location")
    }
    assert shown["email"] == EMAIL
    assert (shown["location"]["city"], shown["location"]["latitude"], shown["location"]["zip"]) == (
        "Boston",
        42.36,
        None,
    )
    assert len(account.profiles.all()) == 1


def test_null_is_absent(caller: Caller) -> None:
    """Null anywhere in the schema means that nothing was said, as the official SDK needs it."""
    person = profile_part(email=EMAIL, phone_number=None, location=None, properties=None, meta=None, _kx=None)
    person["data"]["id"] = None
    caller.track(profile=profile_part(email=EMAIL, first_name="Ann"))

    caller.track(time=None, value=None, value_currency=None, unique_id="u", backfill=None, profile=person)

    assert len(caller.rows("/api/events")) == 2
    person_now = caller.rows("/api/profiles")[0]["attributes"]
    assert (person_now["email"], person_now["first_name"]) == (EMAIL, "Ann")


def _without(body: Json, *path: str) -> Json:
    part = body
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return body


ATTRIBUTES = ("data", "attributes")
SHAPES: list[tuple[str, Any, str, str]] = [
    (
        "unknown field",
        event_body(bogus=1),
        "'bogus' is not a valid field for the resource 'event'.",
        "/data/attributes/bogus",
    ),
    (
        "unknown profile field",
        event_body(profile=profile_part(bogus=1)),
        "'bogus' is not a valid field for the resource 'profile'.",
        f"{PROFILE}/bogus",
    ),
    (
        "unknown location field",
        event_body(profile=profile_part(location={"town": "x"})),
        "'town' is not a valid field for the resource 'ProfileLocation'.",
        f"{PROFILE}/location/town",
    ),
    (
        "no type",
        _without(event_body(), "data", "type"),
        "'type' is a required field for the resource 'request-data'.",
        "/data/type",
    ),
    (
        "no properties",
        _without(event_body(), *ATTRIBUTES, "properties"),
        "'properties' is a required field for the resource 'event'.",
        "/data/attributes/properties",
    ),
    (
        "no metric",
        _without(event_body(), *ATTRIBUTES, "metric"),
        "'metric' is a required field for the resource 'event'.",
        "/data/attributes/metric",
    ),
    (
        "no profile",
        _without(event_body(), *ATTRIBUTES, "profile"),
        "'profile' is a required field for the resource 'event'.",
        "/data/attributes/profile",
    ),
    (
        "no metric name",
        _without(event_body(), *ATTRIBUTES, "metric", "data", "attributes", "name"),
        "'name' is a required field for the resource 'metric'.",
        "/data/attributes/metric/data/attributes/name",
    ),
    (
        "no metric attributes",
        _without(event_body(), *ATTRIBUTES, "metric", "data", "attributes"),
        ONE_OF,
        "/data",
    ),
    (
        "no profile attributes or id",
        _without(event_body(), *ATTRIBUTES, "profile", "data", "attributes"),
        ONE_OF,
        "/data",
    ),
    ("no attributes", _without(event_body(), *ATTRIBUTES), ONE_OF, "/data"),
    ("no data", {}, INVALID_PAYLOAD, "/data"),
    ("a list", [], INVALID_PAYLOAD, "/data"),
    (
        "the flat form of 2023",
        event_body(metric={"name": STARTED}, profile={"$email": EMAIL}),
        INVALID_PAYLOAD,
        "/data",
    ),
    ("profile is no object", event_body(profile=EMAIL), INVALID_PAYLOAD, "/data"),
    ("value as text", event_body(value="9.99"), "Invalid input", "/data/attributes/value"),
    ("value as boolean", event_body(value=True), "Invalid input", "/data/attributes/value"),
    ("unix time", event_body(time=1795428000), "Invalid input", "/data/attributes/time"),
    ("unix time as text", event_body(time="1795428000"), "Invalid input", "/data/attributes/time"),
    ("time before 1990", event_body(time="1989-12-31T23:59:59Z"), "Invalid input", "/data/attributes/time"),
    ("time in two years", event_body(time="2028-01-01"), "Invalid input", "/data/attributes/time"),
    ("empty unique id", event_body(unique_id=""), "Invalid input", "/data/attributes/unique_id"),
    ("long unique id", event_body(unique_id="x" * 256), "Invalid input", "/data/attributes/unique_id"),
    (
        "long metric name",
        event_body("x" * 128),
        "Invalid input",
        "/data/attributes/metric/data/attributes/name",
    ),
    (
        "401 properties",
        event_body(properties={str(n): n for n in range(401)}),
        "Invalid input",
        "/data/attributes/properties",
    ),
    (
        "long text",
        event_body(properties={"x": "y" * (100 * 1024 + 1)}),
        "Invalid input",
        "/data/attributes/properties",
    ),
    ("long list", event_body(properties={"x": [1] * 4001}), "Invalid input", "/data/attributes/properties"),
    (
        "currency in words",
        event_body(value_currency="dollars"),
        "Invalid input",
        "/data/attributes/value_currency",
    ),
    (
        "profile over 95 KB",
        event_body(profile=profile_part(email=EMAIL, title="x" * 97_300)),
        "Invalid input",
        PROFILE,
    ),
    ("65 bits", event_body(properties={"x": 2**63}), "Invalid input", "/data/attributes/properties"),
    ("no identifier", event_body(profile=profile_part(first_name="Ann")), "Invalid input", PROFILE),
    ("bad address", event_body(email="ann.lee"), "Invalid email address", f"{PROFILE}/email"),
    (
        "long address",
        event_body(email=f"{'a' * 90}@klaviyo.com"),
        "Invalid email address",
        f"{PROFILE}/email",
    ),
    (
        "bad phone number alone",
        event_body(profile=profile_part(phone_number="555")),
        "Invalid phone number format (Example of a valid format: +12345678901)",
        f"{PROFILE}/phone_number",
    ),
]


@pytest.mark.parametrize(
    ("body", "detail", "pointer"), [case[1:] for case in SHAPES], ids=[case[0] for case in SHAPES]
)
def test_refused(caller: Caller, account: Account, body: Any, detail: str, pointer: str) -> None:
    """What does not fit is 400 in the validation family, names the place, and leaves nothing behind."""
    response = caller.post(body)

    assert response.status_code == 400
    assert only_error(response) == {
        "status": 400,
        "code": "invalid",
        "title": "Invalid input.",
        "detail": detail,
        "source": {"pointer": pointer},
        "links": {},
        "meta": {},
    }
    assert (len(account.events), account.profiles.all(), account.metrics.all()) == (0, [], [])


@pytest.mark.parametrize(
    "accepted",
    [
        event_body("x" * 127),
        event_body(unique_id="x" * 255),
        event_body(time="1990-01-01"),
        event_body(time="2027-11-01 10:00:00"),
        event_body(properties={str(n): n for n in range(400)}),
        event_body(properties={"x": -(2**63)}),
        event_body(value=0),
        event_body(value=1, value_currency="USD"),
        event_body(profile=profile_part(email=EMAIL, title="x" * 97_000)),
        event_body(profile=profile_part(email=EMAIL, phone_number="555")),
    ],
)
def test_just_within_the_limits(caller: Caller, accepted: Json) -> None:
    """What is just within the limits is accepted; a bad phone number next to an address is passed over."""
    assert caller.post(accepted).status_code == 202


def test_profile_nested_too_deep_to_measure() -> None:
    """A profile that is nested deeper than JSON can be written is refused as one that is too large."""
    deep: Any = 1
    for _ in range(5_000):
        deep = {"in": deep}
    attributes = ProfileAttributes.model_construct({"properties"}, properties=deep)
    data = ProfileData.model_construct({"attributes"}, attributes=attributes)

    with pytest.raises(InvalidEvent):
        change(data, LARGEST_PAYLOAD)


def test_depth(caller: Caller) -> None:
    """Objects may be nested ten levels deep; lists do not count."""
    ten: Any = {"end": [[[1]]]}
    for _ in range(9):
        ten = {"in": ten}

    assert caller.post(event_body(properties=ten)).status_code == 202
    assert caller.post(event_body(properties={"in": ten})).status_code == 400
    assert caller.post(event_body(properties={"in": [ten]})).status_code == 400


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Expecting value: line 1 column 1 (char 0)"),
        (b"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b'{"a": NaN}', "Out of range float values are not JSON compliant: NaN"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_no_json(http: httpx.Client, caller: Caller, content: bytes, said: str) -> None:
    """A body that is no JSON is a parse error in the family without links and meta."""
    response = http.post(
        "/api/events", content=content, headers=caller.headers | {"Content-Type": "application/json"}
    )

    assert response.status_code == 400
    assert only_error(response) == {
        "status": 400,
        "code": "parse_error",
        "title": "Malformed request.",
        "detail": f"JSON parse error - {said}",
        "source": {"pointer": "/data/"},
    }


def test_media_type(http: httpx.Client, caller: Caller) -> None:
    """A body that is not announced as JSON is 415."""
    response = http.post(
        "/api/events", content=b"{}", headers=caller.headers | {"Content-Type": "text/plain"}
    )

    assert response.status_code == 415
    assert only_error(response)["detail"] == 'Unsupported media type "text/plain" in request.'


def test_five_megabytes(http: httpx.Client, caller: Caller) -> None:
    """More than five megabytes are 413."""
    response = http.post(
        "/api/events",
        content=b" " * (5 * 1024 * 1024 + 1),
        headers=caller.headers | {"Content-Type": "application/json"},
    )

    assert response.status_code == 413


def test_profile_by_id_alone(caller: Caller, account: Account) -> None:
    """A profile may be named by id without attributes."""
    caller.track()
    person = {"data": {"type": "profile", "id": account.profiles.all()[0].id}}

    caller.track(unique_id="second", profile=person)

    assert len(account.events) == 2


@pytest.mark.parametrize("place", ['"properties":{"x":1e999}', '"properties":{},"value":1e999'])
def test_infinity(http: httpx.Client, caller: Caller, account: Account, place: str) -> None:
    """A number too large to be one is refused, so that no read has to show it."""
    body = json.dumps(event_body()).replace('"properties": {"conversationId": "6537a1b2c3"}', place)
    headers = caller.headers | {"Content-Type": "application/json"}

    response = http.post("/api/events", content=body, headers=headers)

    assert only_error(response)["detail"] == "Invalid input"
    assert len(account.events) == 0


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400])
def test_value_of_too_many_bits(caller: Caller, account: Account, value: int) -> None:
    """A whole number of more than 64 bits is refused as a value."""
    assert caller.post(event_body(value=value)).status_code == 400
    assert len(account.events) == 0
