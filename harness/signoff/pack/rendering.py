"""The views of a pack: rendered from its data, and compared with what their rendering gives anew."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from harness.signoff.pack.layout import ALLURE, JUNIT, MESSAGES, REPORT, SUMMARY
from harness.signoff.pack.manifest import sha256
from harness.signoff.pack.pack import Pack
from harness.signoff.pack.shapes import Manifest

NAMES = (REPORT, JUNIT, MESSAGES, SUMMARY, ALLURE)
"""What in a pack is rendered from the rest of it."""
View = Callable[[Pack, date], str | Mapping[str, bytes]]
"""Renders a file, or a folder with the names and contents of what is in it, for a day."""
Renderers = Mapping[str, View]
"""File or folder name → what renders it: ``harness.signoff.views.VIEWS``."""


@dataclass(frozen=True)
class Compared:
    """What came of comparing the views: faults, and those of which nothing can be said, which were rendered ``by`` another."""

    faults: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    by: str = ""


def rendered(views: Renderers, pack: Pack, day: date, names: Collection[str]) -> dict[str, bytes]:
    """Return path → content of the views called ``names``."""
    found: dict[str, bytes] = {}
    for name in names:
        content = views[name](pack, day)
        if isinstance(content, str):
            found[name] = content.encode()
        else:
            found |= {f"{name}/{file}": data for file, data in content.items()}
    return found


def compare(pack: Pack, manifest: Manifest, views: Renderers, version: str) -> Compared:
    """Render the pack's views anew, for the day that the manifest names, and compare them with those that are there.

    What is equal is right, whoever rendered it. What is not is a fault where this very ``version`` rendered it, and of what
    another one made, or one that cannot be named, nothing is known.
    """
    day, by = date.fromisoformat(manifest.rendered.on), manifest.rendered.by
    unlike: list[str] = []
    for name in NAMES:
        there = {one: digest for one, digest in manifest.files.items() if one.partition("/")[0] == name}
        if there:
            unlike += _unlike(name, there, _digests(pack, name, views, day))
    if by and by == version:
        return Compared([f"{one}: not what the pack's data show" for one in unlike], [], by)
    return Compared([], unlike, by)


def _unlike(name: str, there: Mapping[str, str], right: Mapping[str, str] | None) -> list[str]:
    if right is None:
        return [name]
    return sorted(one for one in there.keys() | right.keys() if there.get(one) != right.get(one))


def _digests(pack: Pack, name: str, views: Renderers, day: date) -> dict[str, str] | None:
    """Return path → SHA-256 of a view rendered anew; ``None`` where the data do not let it be rendered, or nothing does."""
    if name not in views:
        return None
    try:
        found = rendered(views, pack, day, [name])
    except Exception:  # noqa: BLE001 - a pack is not trusted: what its data do to a view is a line, never a traceback
        return None
    return {one: sha256(content) for one, content in found.items()}
