"""What profiles show only when asked for: consent and predictions, the same for everybody here.

Nobody here ever subscribed to anything or bought anything. The names are Klaviyo OpenAPI, the values of somebody
without any consent are inferred.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fakes.klaviyo.api.jsonapi.documents import Document, Fields, pick
from fakes.klaviyo.rules.profiles import LOCATION, NAMES

_NEVER = "NEVER_SUBSCRIBED"
_METHOD = {"method": None, "method_detail": None}
_CHANNEL: Document = {
    "consent": _NEVER,
    "consent_timestamp": None,
    "last_updated": None,
    "created_timestamp": None,
    "metadata": None,
    "can_receive": False,
    "valid_until": None,
}
_WHATSAPP = _CHANNEL | {"phone_number": None}


def _consent(can_receive: str, allowed: bool) -> Document:
    return {can_receive: allowed, "consent": _NEVER, "consent_timestamp": None}


EXTRAS: Document = {
    "subscriptions": {
        "email": {
            "marketing": _consent("can_receive_email_marketing", True)
            | {"last_updated": None, **_METHOD, "custom_method_detail": None, "double_optin": None}
            | {"suppression": [], "list_suppressions": []},
            "open_tracking": _CHANNEL | {"can_receive": True},
        },
        "sms": {
            "marketing": _consent("can_receive_sms_marketing", False) | _METHOD | {"last_updated": None},
            "transactional": _consent("can_receive_sms_transactional", False)
            | _METHOD
            | {"last_updated": None},
        },
        "mobile_push": {"marketing": _consent("can_receive_push_marketing", False)},
        "whatsapp": {"marketing": _WHATSAPP, "transactional": _WHATSAPP, "conversational": _WHATSAPP},
    },
    "predictive_analytics": {
        **dict.fromkeys(("historic_clv", "predicted_clv", "total_clv")),
        **dict.fromkeys(("historic_number_of_orders", "predicted_number_of_orders")),
        **dict.fromkeys(("average_days_between_orders", "average_order_value", "churn_probability")),
        "expected_date_of_next_order": None,
        "ranked_channel_affinity": [],
    },
}


def _paths(document: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in document.items():
        yield prefix + name
        if isinstance(value, dict):
            yield from _paths(value, f"{prefix}{name}.")


EXTRA_FIELDS = frozenset(_paths(EXTRAS))
"""Sparse fields into the extras (Klaviyo OpenAPI)."""

ADDITIONAL = {"profile": frozenset(EXTRAS)}
PLAIN_FIELDS = frozenset(
    {"created", "email", "external_id", "id", "last_event_date", "location", "phone_number", "properties"}
    | {"updated", *NAMES}
    | {f"location.{part}" for part in LOCATION}
)
"""Sparse fields of a profile that is included with an event (Klaviyo OpenAPI)."""

PROFILE_FIELDS = PLAIN_FIELDS | EXTRA_FIELDS
"""All sparse fields of a profile (Klaviyo OpenAPI)."""


def extras(asked: tuple[str, ...], fields: Fields) -> Document:
    """Return the extras among ``asked`` in full and those that sparse ``fields`` name, cut down (inferred)."""
    sparse = pick(EXTRAS, tuple(path for path in fields or () if path in EXTRA_FIELDS))
    return sparse | {name: EXTRAS[name] for name in EXTRAS if name in asked}
