"""Pictures and trees of pages that can be handed on: no key, nothing that was typed, no address of anybody."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from playwright.sync_api import Locator, Page

from harness.pages.locate import locate
from harness.pages.pictures import picture_of, write_picture
from harness.pages.screens.current import secret_parts
from harness.pages.tree import spelled, with_known_texts_only, without_what_is_private
from harness.redaction import LOOKS_PERSONAL, LOOKS_SECRET

PRIVATE = 0o600

_FILLED_IN = (
    "input:not([type=checkbox], [type=radio], [type=submit], [type=button], [type=reset], [type=image]), "
    "textarea, select, [contenteditable], iframe"
)
"""What holds what somebody typed; and whole frames, whose content is another page's."""

_PATH = """
    const path = (element) => {
        const steps = [];
        for (let one = element; one.parentElement; one = one.parentElement)
            steps.unshift(`:nth-child(${1 + [...one.parentElement.children].indexOf(one)})`);
        return [":root", ...steps].join(" > ");
    };"""
"""Says where an element stands, as a selector."""

_TEXTS_LIKE = """(patterns) => {PATH
    const looks = patterns.map((one) => new RegExp(one));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set();
    while (walker.nextNode())
        if (looks.some((one) => one.test(walker.currentNode.data)))
            found.add(path(walker.currentNode.parentElement));
    return [...found];
}""".replace("PATH", _PATH)
"""Where texts stand that look so; Playwright's own search passes over a text beside another that fits as well."""

_OTHER_TEXTS = """(known) => {PATH
    const spelled = (text) => text.trim().toLowerCase().split(/\\s+/).join(" ");
    const found = new Set();
    const covers = (box, text) => {
        const [across, down] = [1, 1 + text.height / 4];
        return box.left <= text.left + across && box.right >= text.right - across
            && box.top <= text.top + down && box.bottom >= text.bottom - down;
    };
    const cover = (text) => {
        const range = document.createRange();
        range.selectNode(text);
        for (const place of range.getClientRects()) {
            let one = text.parentElement;
            while (one.parentElement && !covers(one.getBoundingClientRect(), place)) one = one.parentElement;
            found.add(path(one));
        }
    };
    const made = (element, part) => !["none", "normal", '""'].includes(getComputedStyle(element, part).content);
    const isOpaque = (one) => one.shadowRoot || one.localName.includes("-")
        || made(one, "::before") || made(one, "::after") || getComputedStyle(one).backgroundImage.includes("url(")
        || (["submit", "button", "reset"].includes(one.type) && one.value && !known.includes(spelled(one.value)));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
        const one = walker.currentNode;
        if (one.nodeType === Node.TEXT_NODE) {
            const said = spelled(one.data);
            if (said && !known.includes(said)) cover(one);
        } else if (isOpaque(one)) found.add(path(one));
    }
    return [...found];
}""".replace("PATH", _PATH)
"""Where texts stand that are not known, or may: what holds each wholly, as it is laid out; and parts that cannot be looked into."""

_PICTURES = "img, image, canvas, video, object, embed"


def places_of_keys(page: Page) -> list[Locator]:
    """Return the places on ``page`` where a key or a password can stand, by whatever name the files have for them."""
    return [
        *(locate(page, part, screen.parts) for screen, part in secret_parts()),
        page.locator("input[type=password], .secret"),
    ]


def take_picture(page: Page, path: Path) -> None:
    """Write a picture of the whole ``page`` to ``path`` with everything private painted over."""
    write_picture(page, path, _private_places(page))


def keep_picture(page: Page, path: Path, known: Collection[str] | None = None) -> None:
    """Write such a picture for nobody but its owner; of texts only those ``known`` stay in it, unless that is None."""
    masks = _private_places(page)
    if known is not None:
        others = page.evaluate(_OTHER_TEXTS, [spelled(text) for text in known])
        masks += [page.locator(_PICTURES), *(page.locator(one) for one in others)]
    keep(path, picture_of(page, masks))


def keep(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, where nobody but its owner can read it, whatever was there."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
        file.write(content)


def tree_of(page: Page, secrets: Iterable[str] = (), known: Collection[str] | None = None) -> str:
    """Return the accessibility tree of ``page`` without anything private, and without ``secrets``.

    Of texts, names and links only those ``known`` stay in it, unless that is None.
    """
    held = [text for place in places_of_keys(page) for text in place.evaluate_all(_TEXTS)]
    snapshot = page.locator("body").aria_snapshot()
    shown = snapshot if known is None else with_known_texts_only(snapshot, known)
    return without_what_is_private(shown, [*secrets, *held])


def _private_places(page: Page) -> list[Locator]:
    looks = (LOOKS_SECRET, LOOKS_PERSONAL)
    beside = page.evaluate(_TEXTS_LIKE, [one.pattern for one in looks])
    return [
        *places_of_keys(page),
        page.locator(_FILLED_IN),
        *(page.get_by_text(one) for one in looks),
        *(page.locator(one) for one in beside),
    ]


_TEXTS = "(places) => places.flatMap((one) => [one.value ?? '', (one.innerText ?? '').trim()])"
