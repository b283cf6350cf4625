"""Values in words, for those who read why a scenario failed: no class names, no addresses in memory, no keys."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from harness.values import FeedRow, Secret

MOST = 8


def in_words(value: Any) -> str:
    """Return ``value`` as one would say it; what is empty is ``nothing``."""
    if isinstance(value, Secret):
        return "a key" if value else "nothing"
    if value is None or value in ("", [], (), {}, set()):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, str | int | float | date):
        return str(value)
    return _structure_in_words(value)


def moment(value: datetime) -> str:
    """Return an aware time as it is written everywhere for people: in UTC, to the second."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _structure_in_words(value: Any) -> str:
    if isinstance(value, FeedRow):
        return f"{value.text!r} for {value.profile} at {in_words(value.at)}"
    if is_dataclass(value):
        return _pairs({one.name.replace("_", " "): getattr(value, one.name) for one in fields(value)})
    if isinstance(value, Mapping):
        return _pairs(value)
    if isinstance(value, AbstractSet):
        return _list(sorted(value, key=str))
    if isinstance(value, Iterable):
        return _list(list(value))
    return f"something of the kind {type(value).__name__}"


def _pairs(pairs: Mapping[Any, Any]) -> str:
    return ", ".join(f"{name}: {in_words(one)}" for name, one in pairs.items())


def _list(values: list[Any]) -> str:
    count = f"{len(values)}: " if len(values) > 1 else ""
    more = f"; and {len(values) - MOST} more" if len(values) > MOST else ""
    return count + "; ".join(in_words(one) for one in values[:MOST]) + more
