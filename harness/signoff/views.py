"""What is rendered from a pack for people and for other tools: the report, and the standards' own forms."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from harness.signoff.pack.pack import Pack, read

View = Callable[[Pack, date], str]
VIEWS: Mapping[str, View] = {}
"""File name → what renders it, for a day: live evidence ages."""


def write_views(folder: Path, today: date) -> None:
    """Render every view of the pack in ``folder`` anew; its manifest is to be written after this."""
    pack = read(folder)
    for name, render in VIEWS.items():
        (folder / name).write_text(render(pack, today), encoding="utf-8")
