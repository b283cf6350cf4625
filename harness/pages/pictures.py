"""Pictures of pages: small files, equal for equal pages, and what must not be seen covered in a way that says so."""

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page

COVER = "#e2e6eb"
INK = "#6b7683"
WORD = "hidden"
SIZE = 12
COLOURS = 32
"""As many as a page of forms and tables needs; a picture takes a third of the room then."""

Box = tuple[float, float, float, float]


def picture_of(page: Page, hidden: Iterable[Locator]) -> bytes:
    """Return a PNG of the whole ``page``; Chromium itself covers what is ``hidden`` before anything is kept."""
    places = list(hidden)
    raw = page.screenshot(mask=places, mask_color=COVER, full_page=True, animations="disabled")
    return _as_small_png(raw, [box for place in places for box in _boxes(place)], page)


def write_picture(page: Page, path: Path, hidden: Iterable[Locator]) -> None:
    """Write such a picture to ``path``."""
    path.write_bytes(picture_of(page, hidden))


def _boxes(place: Locator) -> list[Box]:
    """Return where the elements of ``place`` are on the whole page: left, top, width, height in CSS pixels."""
    found: list[Box] = place.evaluate_all(
        """(all) => all.map((one) => one.getBoundingClientRect()).filter((box) => box.width && box.height)
            .map((box) => [box.left + scrollX, box.top + scrollY, box.width, box.height])"""
    )
    return found


def _as_small_png(raw: bytes, boxes: Iterable[Box], page: Page) -> bytes:
    """Write a word on each cover that is large enough for it, and keep few colours."""
    with Image.open(io.BytesIO(raw)) as opened:
        image = opened.convert("RGB")
    scale = image.width / float(page.evaluate("document.documentElement.clientWidth") or image.width)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(SIZE * scale)
    width = pen.textlength(WORD, font)
    for left, top, wide, high in boxes:
        if wide * scale > width and high > SIZE:
            middle = ((left + wide / 2) * scale, (top + high / 2) * scale)
            pen.text(middle, WORD, fill=INK, font=font, anchor="mm")
    made = io.BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(made, "PNG", optimize=True)
    return made.getvalue()
