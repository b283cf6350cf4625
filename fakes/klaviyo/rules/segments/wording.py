"""Definitions of segments in words, for the conditions that this fake knows (the wording is inferred)."""

from collections.abc import Callable, Mapping
from typing import Any

from fakes.klaviyo.rules.events.feed import typed
from fakes.klaviyo.rules.segments.segments import custom_name

Json = Mapping[str, Any]
NameOf = Callable[[str], str]
"""Tells a metric's name by its id."""

_OPERATORS = {
    "is-set": "is set",
    "not-set": "is not set",
    "equals": "equals",
    "not-equals": "does not equal",
    "contains": "contains",
    "not-contains": "does not contain",
    "starts-with": "starts with",
    "not-starts-with": "does not start with",
    "ends-with": "ends with",
    "not-ends-with": "does not end with",
    "in": "is one of",
    "not-in": "is none of",
    "greater-than": "is greater than",
    "greater-than-or-equal": "is at least",
    "less-than": "is less than",
    "less-than-or-equal": "is at most",
}
_COUNTS = {
    "equals": "exactly",
    "not-equals": "not exactly",
    "greater-than": "more than",
    "greater-than-or-equal": "at least",
    "less-than": "less than",
    "less-than-or-equal": "at most",
}


def words(definition: Json, name_of: NameOf) -> list[list[str]]:
    """Return the conditions of each group of a compiled ``definition`` as sentences without a full stop."""
    return [
        [_condition(condition, name_of) for condition in group["conditions"]]
        for group in definition["condition_groups"]
    ]


def _condition(said: Json, name_of: NameOf) -> str:
    if said["type"] == "profile-property":
        return f"{_named(said['property'])} {_filter(said['filter'])}"
    count = said["measurement_filter"]
    amount = f"{_COUNTS[count['operator']]} {typed(count['value'])}"
    happened = "has a total value of" if said["measurement"] == "sum" else "happened"
    times = " times" if said["measurement"] == "count" else ""
    where = [
        f"where “{each['property']}” {_filter(each['filter'])}" for each in said.get("metric_filters") or []
    ]
    measured = f"{name_of(said['metric_id'])} {happened} {amount}{times}"
    return " ".join([measured, _timeframe(said["timeframe_filter"]), *where])


def _named(property_: str) -> str:
    custom = custom_name(property_)
    return f"“{custom}”" if custom else property_.removeprefix("location.").replace("_", " ")


def _filter(said: Json) -> str:
    operator = _OPERATORS[said["operator"]]
    if "value" not in said:
        return operator
    value = said["value"]
    return f"{operator} {', '.join(map(typed, value)) if isinstance(value, list) else typed(value)}"


def _timeframe(said: Json) -> str:
    match said["operator"]:
        case "before" | "after" as side:
            return f"{side} {said['date']}"
        case "between-static":
            return f"between {said['start']} and {said['end']}"
        case "in-the-last":
            return f"in the last {said['quantity']} {said['unit']}s"
        case "at-least":
            return f"at least {said['quantity']} {said['unit']}s ago"
        case "between":
            return f"between {said['start']} and {said['end']} {said['unit']}s ago"
        case _:
            return "over all time"
