"""From an entry of a file of screens to what it stands for on a page."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page

from harness.pages.screens.entries import Part, Values, filled

Area = Page | Locator


def locate(area: Area, part: Part, parts: Mapping[str, Part], values: Values | None = None) -> Locator:
    """Return what ``part`` stands for in ``area``; ``parts`` are all parts of the page, ``values`` what the entry leaves open."""
    values = values or {}
    if part.within:
        container = part.within if isinstance(part.within, Part) else parts[part.within]
        area = locate(area, container, parts, values)
    found = _found(area, part, values)
    return found.filter(has_text=filled(part.containing, values)) if part.containing else found


def _found(area: Area, part: Part, values: Values) -> Locator:
    wanted, exact = part.comparing(values), part.match == "exact"
    if part.css:
        return area.locator(part.css)
    if part.label:
        return area.get_by_label(wanted, exact=exact)
    if part.text:
        return area.get_by_text(wanted, exact=exact)
    return _by_role(area, part.role, wanted, exact=exact)


def _by_role(area: Area, role: str, name: str | re.Pattern[str], *, exact: bool) -> Locator:
    return area.get_by_role(role, name=name or None, exact=exact)  # type: ignore[arg-type]  # the files' roles are checked
