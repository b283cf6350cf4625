"""Pictures and trees of pages that can be handed on: no key, nothing that was typed, no address of anybody."""

from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Locator, Page

from harness.pages.locate import locate
from harness.pages.screens.current import secret_parts
from harness.pages.tree import without_what_is_private
from harness.redaction import LOOKS_PERSONAL, LOOKS_SECRET

_FILLED_IN = (
    "input:not([type=checkbox], [type=radio], [type=submit], [type=button], [type=reset], [type=image]), "
    "textarea, select, [contenteditable], iframe"
)
"""What holds what somebody typed; and whole frames, whose content is another page's."""

_TEXTS_LIKE = """(patterns) => {
    const looks = patterns.map((one) => new RegExp(one));
    const path = (element) => {
        const steps = [];
        for (let one = element; one.parentElement; one = one.parentElement)
            steps.unshift(`:nth-child(${1 + [...one.parentElement.children].indexOf(one)})`);
        return [":root", ...steps].join(" > ");
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set();
    while (walker.nextNode())
        if (looks.some((one) => one.test(walker.currentNode.data)))
            found.add(path(walker.currentNode.parentElement));
    return [...found];
}"""
"""Where texts stand that look so; Playwright's own search passes over a text beside another that fits as well."""


def places_of_keys(page: Page) -> list[Locator]:
    """Return the places on ``page`` where a key or a password can stand, by whatever name the files have for them."""
    return [
        *(locate(page, part, screen.parts) for screen, part in secret_parts()),
        page.locator("input[type=password], .secret"),
    ]


def take_picture(page: Page, path: Path) -> None:
    """Write a picture of the whole ``page`` to ``path`` with everything private painted over."""
    looks = (LOOKS_SECRET, LOOKS_PERSONAL)
    beside = page.evaluate(_TEXTS_LIKE, [one.pattern for one in looks])
    masks = [
        *places_of_keys(page),
        page.locator(_FILLED_IN),
        *(page.get_by_text(one) for one in looks),
        *(page.locator(one) for one in beside),
    ]
    page.screenshot(path=path, mask=masks, full_page=True, animations="disabled")


def tree_of(page: Page, secrets: Iterable[str] = ()) -> str:
    """Return the accessibility tree of ``page`` without anything private, and without ``secrets``."""
    held = [text for place in places_of_keys(page) for text in place.evaluate_all(_TEXTS)]
    return without_what_is_private(page.locator("body").aria_snapshot(), [*secrets, *held])


_TEXTS = "(places) => places.flatMap((one) => [one.value ?? '', (one.innerText ?? '').trim()])"
