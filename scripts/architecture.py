"""Draws ``docs/architecture.svg`` from the imports: ``python -m scripts.architecture [--check]``.

Boxes are folders (and single files), frames what belongs together, rows the layers: whatever stands in a row imports
only from rows below. Of the arrows, those that others imply are left out. ``--check`` draws nothing and says, by exit
code 1, that the picture is not current.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "architecture.svg"
PACKAGES = ("steps", "harness", "fakes", "integration")
FRAMES = {
    "fakes.gladly": "fakes/gladly",
    "fakes.klaviyo": "fakes/klaviyo",
    "fakes.core": "fakes/core: no vendor's name stands in it",
    "fakes": "fakes: both together",
    "harness": "harness",
    "steps": "steps",
    "integration": "integration: the reference one",
}
"""The frames, each the home of the modules below its name that no longer name claims."""

WHOLE = ("steps", "integration")
"""Frames that are one box: their files are read one by one."""

BOX, GAP, PAD, LINE = 34, 16, 20, 30
CHARACTER = 7.4
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1b2733 } .frame { fill: #f5f7fa; stroke: #9fb1c4 }
.title { font-weight: 600; fill: #3d5166 } .box { fill: #fff; stroke: #5b7690 }
.arrow { fill: none; stroke: #5b7690; stroke-width: 1.2; marker-end: url(#tip) }
.far { stroke: #b3541e; stroke-width: 1.8 }
"""

Arrows = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Place:
    """Where a box or frame stands, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The middle from left to right."""
        return self.x + self.width / 2


def frame_of(module: str) -> str:
    """Return the frame that a module stands in."""
    return max((one for one in FRAMES if f"{module}.".startswith(f"{one}.")), key=len)


def box_of(module: str) -> str:
    """Return the box of a module: the folder or file right below its frame."""
    frame = frame_of(module)
    if frame in WHOLE or module == frame:
        return frame
    return f"{frame}.{module.removeprefix(f'{frame}.').partition('.')[0]}"


def imports() -> dict[str, frozenset[str]]:
    """Return which boxes each box imports."""
    graph = grimp.build_graph(*PACKAGES)
    found: dict[str, set[str]] = {}
    for module in sorted(graph.modules):
        if module in FRAMES:  # a package's own file has nothing but a docstring
            continue
        box = box_of(module)
        others = {box_of(one) for one in graph.find_modules_directly_imported_by(module)}
        found.setdefault(box, set()).update(others - {box})
    return {box: frozenset(others & set(found)) for box, others in found.items()}


def depths(arrows: Arrows) -> dict[str, int]:
    """Return how many arrows lead down to each at the most; raises ``ValueError`` for a circle."""
    found: dict[str, int] = {}

    def depth(one: str, below: tuple[str, ...] = ()) -> int:
        if one in below:
            raise ValueError(f"a circle of imports: {' <- '.join([*below, one])}")
        if one not in found:
            users = [other for other in arrows if one in arrows[other]]
            found[one] = 1 + max((depth(other, (*below, one)) for other in users), default=-1)
        return found[one]

    for one in arrows:
        depth(one)
    return found


def reduced(arrows: Arrows) -> dict[str, frozenset[str]]:
    """Return the arrows that no longer way implies."""

    def below(one: str) -> set[str]:
        return {two for other in arrows[one] for two in (other, *below(other))}

    return {
        one: frozenset(
            other for other in others if not any(other in below(third) for third in others if third != other)
        )
        for one, others in arrows.items()
    }


def between_frames(arrows: Arrows) -> dict[str, frozenset[str]]:
    """Return which frames each frame imports."""
    found: dict[str, set[str]] = {frame_of(box): set() for box in arrows}
    for box, others in arrows.items():
        found[frame_of(box)] |= {frame_of(other) for other in others} - {frame_of(box)}
    return {frame: frozenset(others) for frame, others in found.items()}


def rows(arrows: Arrows) -> list[list[str]]:
    """Return what stands beside each other, from the top row down."""
    found: dict[int, list[str]] = {}
    for one, depth in sorted(depths(arrows).items()):
        found.setdefault(depth, []).append(one)
    return [found[depth] for depth in sorted(found)]


def within(frame: str, arrows: Arrows) -> dict[str, frozenset[str]]:
    """Return the boxes of a frame and the arrows between them."""
    inside = {box for box in arrows if frame_of(box) == frame}
    return {box: arrows[box] & inside for box in sorted(inside)}


def label(box: str) -> str:
    """Return what stands in a box."""
    return box.removeprefix(f"{frame_of(box)}.") if box not in FRAMES else box


def size(frame: str, arrows: Arrows) -> tuple[float, float]:
    """Return width and height of a frame."""
    lines = [] if frame in WHOLE else rows(within(frame, arrows))
    widest = max((sum(_width(box) + GAP for box in line) - GAP for line in lines), default=0)
    title = len(FRAMES[frame]) * CHARACTER
    height = PAD * 2 + (LINE / 2 + len(lines) * (BOX + LINE) - LINE if lines else 0)
    return max(widest, title) + 2 * PAD, height


def placed(arrows: Arrows) -> tuple[dict[str, Place], Place]:
    """Return where every frame and box stands, and the whole picture."""
    found: dict[str, Place] = {}
    lines = rows(between_frames(arrows))
    sizes = {frame: size(frame, arrows) for line in lines for frame in line}
    total = max(sum(sizes[frame][0] + 2 * GAP for frame in line) for line in lines) + 2 * GAP
    y = float(GAP)
    for line in lines:
        x = (total - sum(sizes[frame][0] + 2 * GAP for frame in line)) / 2 + GAP
        for frame in line:
            width, height = sizes[frame]
            found[f"frame {frame}"] = Place(x, y, width, height)
            found |= _boxes(frame, found[f"frame {frame}"], arrows)
            x += width + 2 * GAP
        y += max(sizes[frame][1] for frame in line) + LINE + GAP
    return found, Place(0, 0, total, y - LINE)


def _boxes(frame: str, around: Place, arrows: Arrows) -> Iterator[tuple[str, Place]]:
    y = around.y + PAD + LINE / 2
    for line in rows(within(frame, arrows)):
        x = around.middle - (sum(_width(box) + GAP for box in line) - GAP) / 2
        for box in line:
            yield box, Place(x, y, _width(box), BOX)
            x += _width(box) + GAP
        y += BOX + LINE


def _width(box: str) -> float:
    return max(len(label(box)) * CHARACTER + GAP, 56)


def drawing(arrows: Arrows) -> str:
    """Return the picture as SVG; the same imports give the same text."""
    places, whole = placed(arrows)
    frames = between_frames(arrows)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole.width:.0f} {whole.height:.0f}"'
            ' role="img" aria-label="The folders and what each imports, from the top down">'
        ),
        f"<style>{STYLE}</style>",
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#5b7690"/></marker></defs>'
        ),
        f'<rect width="{whole.width:.0f}" height="{whole.height:.0f}" fill="#fff"/>',
        *(_frame(frame, places[f"frame {frame}"]) for frame in sorted(frames)),
        *_arrows(reduced(frames), {frame: places[f"frame {frame}"] for frame in frames}, "arrow far"),
    ]
    for frame in sorted(frames):
        if frame not in WHOLE:
            parts += _arrows(reduced(within(frame, arrows)), places, "arrow")
            parts += [_box(box, places[box]) for box in within(frame, arrows)]
    return "\n".join([*parts, "</svg>", ""])


def _frame(frame: str, place: Place) -> str:
    return _rectangle("frame", place) + (
        f'<text class="title" x="{place.x + PAD / 2:.1f}" y="{place.y + PAD:.1f}">{escape(FRAMES[frame])}</text>'
    )


def _box(box: str, place: Place) -> str:
    return _rectangle("box", place) + (
        f'<text x="{place.middle:.1f}" y="{place.y + BOX / 2 + 5:.1f}" text-anchor="middle">{escape(label(box))}</text>'
    )


def _rectangle(kind: str, place: Place) -> str:
    return (
        f'<rect class="{kind}" x="{place.x:.1f}" y="{place.y:.1f}" width="{place.width:.1f}"'
        f' height="{place.height:.1f}" rx="6"/>'
    )


def _arrows(arrows: Arrows, places: Mapping[str, Place], kind: str) -> Iterator[str]:
    for one, others in sorted(arrows.items()):
        for other in sorted(others):
            start, end = places[one], places[other]
            top, bottom = start.y + start.height, end.y
            bend = (bottom - top) / 2
            yield (
                f'<path class="{kind}" d="M{start.middle:.1f} {top:.1f}C{start.middle:.1f} {top + bend:.1f}'
                f' {end.middle:.1f} {bottom - bend:.1f} {end.middle:.1f} {bottom - 1:.1f}"/>'
            )


def main(words: Iterable[str]) -> int:
    """Draw the picture, or with ``--check`` compare it; return the exit code."""
    current = drawing(imports())
    if "--check" not in words:
        PICTURE.write_text(current, encoding="utf-8")
        return 0
    if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == current:
        return 0
    print(f"{PICTURE.relative_to(ROOT)} is not current: run `make architecture`", file=sys.stderr)  # noqa: T201 - the command's output
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
