"""JSON:API documents with the vendor's order of keys and spelling of links (recorded response).

A resource's own links end with a slash, a document's ``self`` repeats the request. The host in links is the one the
request was made to, so that they can be followed.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import falcon

from fakes.klaviyo.api.jsonapi.errors import ApiError
from fakes.klaviyo.rules import times
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.events.events import Event
from fakes.klaviyo.rules.keys.keys import PrivateKey
from fakes.klaviyo.rules.metrics import INTEGRATION, INTEGRATION_KEY, Metric, MetricProperty
from fakes.klaviyo.rules.profiles import NAMES, Profile
from fakes.klaviyo.rules.segments.segments import Segment

MEDIA_TYPE = "application/vnd.api+json"

Document = dict[str, Any]
Fields = tuple[str, ...] | None
Related = Mapping[str, Document | list[Document] | None]
"""The data of relationships that were included, by name: resource identifiers, or None for one there is not."""

_NOTHING: Related = {}


def send(response: falcon.Response, document: Document) -> None:
    """Fill ``response`` with ``document``. Half a surrogate pair, which UTF-8 cannot carry, becomes ``?``."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    response.data = text.encode("utf-8", "replace")
    response.content_type = MEDIA_TYPE


def fill(response: falcon.Response, error: ApiError, error_id: str) -> None:
    """Fill ``response`` with the vendor's look of ``error``."""
    response.status = error.status
    response.set_headers(error.headers)
    send(response, error.body(error_id))


def pick(attributes: Document, fields: Fields) -> Document:
    """Return ``attributes`` cut down to ``fields``, which may be paths such as ``location.city``; None keeps all."""
    if fields is None:
        return attributes
    kept: Document = {}
    for name, value in attributes.items():
        inner = tuple(path[len(name) + 1 :] for path in fields if path.startswith(f"{name}."))
        if name in fields:
            kept[name] = value
        elif inner and isinstance(value, dict):
            kept[name] = pick(value, inner)
    return kept


def _relationship(owner: str, name: str, related: Related = _NOTHING) -> Document:
    """Return links, behind the data if ``related`` has any (recorded response)."""
    links = {"self": f"{owner}relationships/{name}/", "related": f"{owner}{name}/"}
    return {"data": related[name], "links": links} if name in related else {"links": links}


def _resource(kind: str, row_id: str, url: str, attributes: Document, relationships: Document) -> Document:
    document: Document = {"type": kind, "id": row_id, "attributes": attributes}
    if relationships:
        document["relationships"] = relationships
    return document | {"links": {"self": url}}


def identifier(kind: str, row_id: str) -> Document:
    """Return what stands for a resource in relationships: its type and id only."""
    return {"type": kind, "id": row_id}


def event(row: Event, base: str, fields: Fields) -> Document:
    """Return the resource of an event."""
    url = f"{base}/api/events/{row.id}/"
    attributes = {
        "timestamp": row.timestamp,
        "event_properties": row.properties,
        "datetime": times.shown_seconds(row.timestamp),
        "uuid": row.uuid,
    }
    relationships = {
        "profile": _relationship(url, "profile", {"profile": identifier("profile", row.profile_id)}),
        "metric": _relationship(url, "metric", {"metric": identifier("metric", row.metric_id)}),
    }
    return _resource("event", row.id, url, pick(attributes, fields), relationships)


def metric(
    row: Metric, integration_id: str, base: str, fields: Fields, related: Related = _NOTHING
) -> Document:
    """Return the resource of a metric."""
    url = f"{base}/api/metrics/{row.id}/"
    attributes = {
        "name": row.name,
        "created": times.shown(row.created),
        "updated": times.shown(row.updated),
        "integration": {
            "object": "integration",
            "id": integration_id,
            "key": INTEGRATION_KEY,
            "name": INTEGRATION,
            "category": "API",
        },
    }
    relationships = {"flow-triggers": _relationship(url, "flow-triggers", related)}
    return _resource("metric", row.id, url, pick(attributes, fields), relationships)


def metric_property(row: MetricProperty, base: str, fields: Fields, *, samples: bool) -> Document:
    """Return the resource of a metric property; ``samples`` shows values, only when asked for (Klaviyo OpenAPI)."""
    url = f"{base}/api/metric-properties/{row.id}/"
    attributes: Document = {"label": row.name, "property": row.name, "inferred_type": row.inferred_type}
    if samples:
        attributes["sample_values"] = row.samples
    relationships = {"metric": _relationship(url, "metric", {"metric": identifier("metric", row.metric_id)})}
    return _resource("metric-property", row.id, url, pick(attributes, fields), relationships)


def profile(
    row: Profile,
    base: str,
    fields: Fields,
    conversation: str,
    *,
    related: Related = _NOTHING,
    extra: Document | None = None,
) -> Document:
    """Return the resource of a profile.

    ``conversation`` is how the last relationship is spelled: plural where profiles are read since 2026-07-15,
    singular before and wherever they are included (recorded response, Klaviyo OpenAPI). ``extra`` are attributes
    that were asked for on top.
    """
    attributes = pick(_profile_attributes(row), fields) | (extra or {})
    return _profile(row, base, attributes, conversation, related)


def written_profile(row: Profile, base: str, fields: Fields, extra: Document) -> Document:
    """Return the resource of a profile as writes show it: microseconds and one more attribute (recorded response)."""
    attributes: Document = {}
    for name, value in _profile_attributes(row).items():
        attributes[name] = value
        if name == "anonymous_id":
            attributes["whatsapp_bsuid"] = None  # where it stands among the keys is inferred
    for name, moment in (("created", row.created), ("updated", row.updated)):
        attributes[name] = times.shown_exactly(moment)
    return _profile(row, base, pick(attributes, fields) | extra, "conversation")


def _profile_attributes(row: Profile) -> Document:
    happened = row.last_event_date
    return {
        **{name: getattr(row, name) for name in ("email", "phone_number", "external_id", "anonymous_id")},
        **{name: getattr(row, name) for name in NAMES},
        "created": times.shown(row.created),
        "updated": times.shown(row.updated),
        "last_event_date": times.shown(happened) if happened else None,
        "location": row.location,
        "properties": row.properties,
    }


def _profile(
    row: Profile, base: str, attributes: Document, conversation: str, related: Related = _NOTHING
) -> Document:
    url = f"{base}/api/profiles/{row.id}/"
    names = ("lists", "segments", "push-tokens", conversation)
    relationships = {name: _relationship(url, name, related) for name in names}
    return _resource("profile", row.id, url, attributes, relationships)


def segment(
    row: Segment,
    base: str,
    fields: Fields,
    now: datetime,
    *,
    related: Related = _NOTHING,
    extra: Document | None = None,
) -> Document:
    """Return the resource of a segment as it is ``now``."""
    url = f"{base}/api/segments/{row.id}/"
    attributes = {
        "name": row.name,
        "definition": row.definition,
        "created": times.shown(row.created),
        "updated": times.shown(row.updated),
        "is_active": row.is_active,
        "is_processing": row.is_processing(now),
        "is_starred": row.is_starred,
    }
    names = ("profiles", "tags", "flow-triggers")
    relationships = {name: _relationship(url, name, related) for name in names}
    return _resource("segment", row.id, url, pick(attributes, fields) | (extra or {}), relationships)


def account(row: Account, base: str, fields: Fields) -> Document:
    """Return the resource of an account; everything but name, time zone and key is the same for all."""
    attributes = {
        "test_account": row.switches.test_account,
        "contact_information": {
            "default_sender_name": row.name,
            "default_sender_email": f"hello@{row.domain}",
            "website_url": f"https://www.{row.domain}",
            "organization_name": row.name,
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
        "timezone": row.timezone,
        "preferred_currency": "USD",
        "public_api_key": row.public_key,
        "locale": "en-US",
    }
    return _resource("account", row.id, f"{base}/api/accounts/{row.id}/", pick(attributes, fields), {})


def api_key(row: PrivateKey, base: str, fields: Fields, *, redacted: bool) -> Document:
    """Return the resource of a private key; its masked form only when asked for (Klaviyo beta OpenAPI)."""
    attributes = {
        "name": row.name,
        "status": "active" if row.works else "disabled",
        "scopes": sorted(row.scopes),
        "created": times.shown(row.created),
    }
    shown = pick(attributes, fields) | ({"redacted_key": row.masked} if redacted else {})
    return _resource("api-key", row.id, f"{base}/api/api-keys/{row.id}/", shown, {})
