"""Tables of properties, as events and profiles show them: names, and values that say their own type."""

import json
from typing import Any

from playwright.sync_api import Locator

_READ = """(rows) => rows.map((row) => {
    const value = row.querySelector("td");
    return [row.querySelector("th").innerText, value.innerText, value.dataset.type ?? null];
})"""
"""Reads all rows at once: a question for each takes a round trip of its own."""


def properties_in(part: Locator) -> dict[str, Any]:
    """Open what is folded in ``part`` and return the properties in its table by name."""
    for summary in part.locator("details:not([open]) > summary").all():
        summary.click()
    rows = part.locator("table > tbody > tr")
    return {name.strip(): _value(text.strip(), kind) for name, text, kind in rows.evaluate_all(_READ)}


def _value(text: str, kind: str | None) -> Any:
    """Return the value that a cell shows; everything but text is written as JSON does, save True and False on profiles."""
    if kind == "boolean":
        return text.lower() == "true"
    return text if kind in {None, "string"} else json.loads(text)
