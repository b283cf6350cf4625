"""Tables of properties, as events and profiles show them: names, and values that say their own type."""

import json
from typing import Any

from playwright.sync_api import Locator


def properties_in(part: Locator) -> dict[str, Any]:
    """Open what is folded in ``part`` and return the properties in its table by name."""
    for summary in part.locator("details:not([open]) > summary").all():
        summary.click()
    rows = part.get_by_role("table").first.get_by_role("row").filter(has=part.page.get_by_role("rowheader"))
    return {
        row.get_by_role("rowheader").inner_text().strip(): _value(row.get_by_role("cell").last)
        for row in rows.all()
    }


def _value(cell: Locator) -> Any:
    """Return the value a cell shows; everything but text is written as JSON does, save True and False on profiles."""
    text, kind = cell.inner_text().strip(), cell.get_attribute("data-type")
    if kind == "boolean":
        return text.lower() == "true"
    return text if kind in {None, "string"} else json.loads(text)
