"""The screens of this run: those that are shipped, with what ``--screens`` changes. Set once, at the start."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.errors import BadScreens
from harness.pages.screens.entries import Part, Screen
from harness.pages.screens.files import Screens, changed, shipped
from harness.pages.screens.words import nearest


@dataclass
class _Run:
    """What this process looks for pages by."""

    screens: Screens | None = None


_run = _Run()
_shipped = cache(shipped)


def use(files: Sequence[Path] = ()) -> None:
    """Find pages by the shipped files with ``files`` over them, from now on. Raises ``BadScreens``, and changes nothing then."""
    _run.screens = changed(_shipped(), files)


def all_screens() -> Screens:
    """Return what is in use."""
    return _shipped() if _run.screens is None else _run.screens


def screen(system: str, page_object: str) -> Screen:
    """Return the page of a page object."""
    pages = all_screens()[system]
    if page_object not in pages:
        raise BadScreens(f"{system}.toml: [{system}.{page_object}] is missing{nearest(page_object, pages)}")
    return pages[page_object]


def secret_parts() -> Iterator[tuple[Screen, Part]]:
    """Yield each part that may show a secret, with its page: as it is shipped, and as it is now."""
    for screens in (_shipped(), all_screens()):
        for pages in screens.values():
            for page in pages.values():
                yield from ((page, part) for part in page.parts.values() if part.secret)
