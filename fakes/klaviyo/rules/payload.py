"""How large and deep the properties of an event may be (vendor docs; the texts of a refusal are inferred)."""

import math
from collections.abc import Mapping
from typing import Any

from fakes.klaviyo.rules.errors import InvalidEvent

MOST_PROPERTIES = 400
LONGEST_TEXT = 100 * 1024
LONGEST_LIST = 4_000
DEEPEST = 10
LARGEST_PAYLOAD = 5 * 1024 * 1024
LARGEST_PROFILE = 100 * 1024
LARGEST_PROFILE_OF_EVENT = 95 * 1024
_INT64 = 2**63


def check_properties(properties: Mapping[str, Any], field: str) -> None:
    """Raise ``InvalidEvent`` naming ``field`` unless the object keeps within all limits.

    At most 400 top-level properties, texts up to 100 KB, lists up to 4,000 items, objects nested up to 10 levels,
    whole numbers of 64 bits.
    """
    if len(properties) > MOST_PROPERTIES or not _fits(properties):
        raise InvalidEvent("Invalid input", field)


def is_number(value: float) -> bool:
    """Say whether a number is finite and, if whole, of 64 bits."""
    return -_INT64 <= value < _INT64 if isinstance(value, int) else math.isfinite(value)


def _fits(properties: Mapping[str, Any]) -> bool:
    """Walk everything inside without recursion; ``depth`` counts the objects around a value."""
    waiting: list[tuple[Any, int]] = [(properties, 0)]
    while waiting:
        value, depth = waiting.pop()
        match value:
            case str():
                fits = (
                    len(value) <= LONGEST_TEXT // 4 or len(value.encode("utf-8", "replace")) <= LONGEST_TEXT
                )
            case bool():
                fits = True
            case int():
                fits = -_INT64 <= value < _INT64
            case list():
                fits = len(value) <= LONGEST_LIST
                waiting.extend((item, depth) for item in value)
            case dict():
                fits = depth < DEEPEST
                waiting.extend((item, depth + 1) for item in value.values())
            case float():
                fits = math.isfinite(value)
            case _:
                fits = True
        if not fits:
            return False
    return True
