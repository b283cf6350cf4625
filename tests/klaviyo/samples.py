"""Documents as the vendor sends them, key for key; ids, hosts and keys are made up."""

from tests.klaviyo.support import Json

EVENT_ID, METRIC_ID, PROFILE_ID = "7rT2mWq9ZkB", "UxK4tB", "01KB5Q2Z8V3N6T9W0XYAHJ4D7E"
INTEGRATION_ID, ACCOUNT_ID = "7FtS4J", "AbC123"
UUID = "a51a5000-e724-11f1-8001-6d0f3a2b9c41"


def _relationship(owner: str, name: str) -> Json:
    return {"links": {"self": f"{owner}relationships/{name}/", "related": f"{owner}{name}/"}}


def event(host: str) -> Json:
    """Return the sample event."""
    url = f"{host}/api/events/{EVENT_ID}/"
    return {
        "type": "event",
        "id": EVENT_ID,
        "attributes": {
            "timestamp": 1795428000,
            "event_properties": {
                "conversationId": "6537a1b2c3",
                "$event_id": "6537a1b2c3:started",
            },
            "datetime": "2026-11-23T10:00:00+00:00",
            "uuid": UUID,
        },
        "relationships": {
            "profile": {"data": {"type": "profile", "id": PROFILE_ID}} | _relationship(url, "profile"),
            "metric": {"data": {"type": "metric", "id": METRIC_ID}} | _relationship(url, "metric"),
        },
        "links": {"self": url},
    }


def metric(host: str) -> Json:
    """Return the sample metric."""
    url = f"{host}/api/metrics/{METRIC_ID}/"
    return {
        "type": "metric",
        "id": METRIC_ID,
        "attributes": {
            "name": "started conversation in Gladly",
            "created": "2026-11-23T10:00:03+00:00",
            "updated": "2026-11-23T10:00:03+00:00",
            "integration": {
                "object": "integration",
                "id": INTEGRATION_ID,
                "key": "api",
                "name": "API",
                "category": "API",
            },
        },
        "relationships": {"flow-triggers": _relationship(url, "flow-triggers")},
        "links": {"self": url},
    }


def profile(host: str, conversation: str) -> Json:
    """Return the sample profile; ``conversation`` is how its last relationship is spelled."""
    url = f"{host}/api/profiles/{PROFILE_ID}/"
    return {
        "type": "profile",
        "id": PROFILE_ID,
        "attributes": {
            "email": "ann.lee@klaviyo-demo.com",
            "phone_number": None,
            "external_id": None,
            "anonymous_id": None,
            "first_name": "Ann",
            "last_name": None,
            "organization": None,
            "locale": None,
            "title": None,
            "image": None,
            "created": "2026-11-23T10:00:03+00:00",
            "updated": "2026-11-23T10:00:03+00:00",
            "last_event_date": "2026-11-23T10:00:00+00:00",
            "location": {
                "address1": None,
                "address2": None,
                "city": None,
                "country": None,
                "latitude": None,
                "longitude": None,
                "region": None,
                "zip": None,
                "timezone": None,
                "ip": None,
            },
            "properties": {"In Gladly Conversation": True},
        },
        "relationships": {
            name: _relationship(url, name) for name in ("lists", "segments", "push-tokens", conversation)
        },
        "links": {"self": url},
    }


def account(host: str) -> Json:
    """Return the sample account."""
    return {
        "type": "account",
        "id": ACCOUNT_ID,
        "attributes": {
            "test_account": True,
            "contact_information": {
                "default_sender_name": "Gladly Demo",
                "default_sender_email": "hello@abc123.klaviyo-demo.com",
                "website_url": "https://www.abc123.klaviyo-demo.com",
                "organization_name": "Gladly Demo",
                "street_address": {
                    "address1": "125 Summer Street",
                    "address2": None,
                    "city": "Boston",
                    "region": "MA",
                    "country": "United States",
                    "zip": "02110",
                },
            },
            "industry": "Software / SaaS",
            "timezone": "America/New_York",
            "preferred_currency": "USD",
            "public_api_key": ACCOUNT_ID,
            "locale": "en-US",
        },
        "links": {"self": f"{host}/api/accounts/{ACCOUNT_ID}/"},
    }
