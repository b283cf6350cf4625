"""What a part that is gone may be called now: what on the page is nearest to it, in the words of a file of screens."""

import re
from collections.abc import Iterator, Mapping, Sequence

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from harness.pages.locate import Area, locate
from harness.pages.screens.entries import Part, containers
from harness.pages.screens.roles import ROLES, are_kindred
from harness.pages.screens.words import likeness
from harness.pages.tree import Node, nodes
from harness.redaction import redact_people

MOST = 3
NEAR, NEAR_KIN = 0.6, 0.4
"""How alike two texts have to be for a thing of quite another kind to be proposed, and for one of a kindred kind."""

LONGEST, LONGEST_TEXT = 80, 300
IGNORED = frozenset({"option", "/url", "/placeholder"})
FIELDS = frozenset(
    {"textbox", "searchbox", "combobox", "spinbutton", "checkbox", "radio", "switch", "slider", "listbox"}
)


def candidates(page: Page, name: str, parts: Mapping[str, Part]) -> tuple[Part, ...]:
    """Return what may have become of the part ``name`` on ``page``, the nearest first; none for what is found by its make.

    It is looked for where the part should be, or on the whole page if that is gone too.
    """
    part = parts[name]
    if part.css:
        return ()
    area, within = _where(page, part, parts)
    called = re.sub(r"[^\w@ ]+", " ", part.wanted).strip()
    found: list[Part] = []
    for node in _nearest(area, part, (called, name.replace("_", " "))):
        for entry in _entries(part, node):
            proposed = entry.model_copy(update={"within": within})
            if proposed not in found and locate(page, proposed, parts).count():
                found.append(proposed)
                break
        if len(found) == MOST:
            break
    return tuple(found)


def _where(page: Page, part: Part, parts: Mapping[str, Part]) -> tuple[Area, "str | Part"]:
    for _, container in containers(part, parts):
        area = locate(page, container, parts)
        return (area.first, part.within) if area.count() else (page.locator("body"), "")
    return page.locator("body"), ""


def _nearest(area: Area, part: Part, words: Sequence[str]) -> list[Node]:
    """Return what is worth proposing, the nearest first: what is of the same kind, but a place for what is alike."""
    same, other = list[tuple[float, Node]](), list[tuple[float, Node]]()
    for node in _named(area, LONGEST_TEXT if part.text else LONGEST):
        alike = max(likeness(word, node.name) for word in words if word)
        if _is_of_that_kind(part, node.role):
            same.append((alike, node))
        elif alike >= (NEAR_KIN if part.text or are_kindred(part.role, node.role) else NEAR):
            other.append((alike, node))
    same.sort(key=lambda one: -one[0])
    other.sort(key=lambda one: -one[0])
    return [node for _, node in [*same[: MOST - 1], *other[:1], *same[MOST - 1 :], *other[1:]]]


def _named(area: Area, longest: int) -> Iterator[Node]:
    """Yield what can be told by its name: things that have one, and texts."""
    try:
        snapshot = area.aria_snapshot()
    except PlaywrightError:
        return
    for node in nodes(snapshot):
        said = node.name or (node.value if node.role not in FIELDS else "")
        if said and len(said) <= longest and node.role not in IGNORED and redact_people(said) == said:
            yield Node(node.depth, node.role, said)


def _is_of_that_kind(part: Part, role: str) -> bool:
    if part.role:
        return role == part.role
    return role in FIELDS if part.label else False


def _entries(part: Part, node: Node) -> Iterator[Part]:
    """Yield the ways to find ``node``: as the part is found, else by its role."""
    if part.label:
        yield Part(label=node.name, match="exact")
        if node.role == "text":
            return
    if part.text:
        yield Part(text=node.name, match="exact")
    if node.role in ROLES:
        yield Part(role=node.role, name=node.name, match="exact")
