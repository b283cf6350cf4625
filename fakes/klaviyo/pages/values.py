"""Names and values as the pages show them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakes.klaviyo.rules.events.feed import typed
from fakes.klaviyo.rules.metrics import Metric
from fakes.klaviyo.rules.profiles import Profile


@dataclass(frozen=True, slots=True)
class Shown:
    """A property as a page shows it; ``type`` is JSON's word for what the value is."""

    name: str
    text: str
    type: str


def of_event(properties: Mapping[str, Any]) -> list[Shown]:
    """Return an event's properties: texts as they are, other values as JSON."""
    return [Shown(name, typed(value), _type(value)) for name, value in properties.items()]


def of_profile(properties: Mapping[str, Any]) -> list[Shown]:
    """Return a profile's custom properties: as an event's, but ``True`` and ``False`` for booleans (inferred)."""
    return [
        Shown(name, str(value) if isinstance(value, bool) else typed(value), _type(value))
        for name, value in properties.items()
    ]


def _type(value: Any) -> str:
    kinds = (
        (bool, "boolean"),
        (int | float, "number"),
        (str, "string"),
        (list, "array"),
        (dict, "object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def called(profile: Profile) -> str:
    """Return what a page calls somebody: the first identifier that they have, the id for want of one."""
    return profile.email or profile.phone_number or profile.external_id or profile.id


def full_name(profile: Profile) -> str:
    """Return first and last name, ``""`` without either."""
    return " ".join(filter(None, (profile.first_name, profile.last_name)))


def profile_path(profile: Profile) -> str:
    """Return the address of a profile's page."""
    return f"/profile/{profile.id}"


def metric_path(metric: Metric) -> str:
    """Return the address of a metric's page: its id, and its name as a slug if anything is left of it (public report)."""
    slug = re.sub(r"[^a-z0-9]+", "-", metric.name.lower()).strip("-")
    return f"/metric/{metric.id}/{slug}" if slug else f"/metric/{metric.id}"
