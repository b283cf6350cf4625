"""What a person would rather look at than read: numbers for small drawings, each with the table that says the same."""

import re
from collections import Counter
from dataclasses import dataclass
from math import log
from statistics import median

from harness.signoff.report.phrases import duration
from harness.signoff.report.reading import Reading

PARTS = ("yes", "no", "stale", "in part", "not tested")
KINDS_OF_PART = {"yes": "yes", "no": "no", "stale": "open", "in part": "part", "not tested": "none"}
TICKS = (0.001, 0.01, 0.1, 1, 10, 60, 3_600, 86_400, 864_000)
APART = 13
"""How many per cent of the width two labels stand apart at least: more do not fit on a phone."""
MOST_DOTS = 400


@dataclass(frozen=True)
class Part:
    """A part of a bar: where it begins and how wide it is, in per cent, and what it stands for."""

    kind: str
    begins: float
    wide: float


@dataclass(frozen=True)
class Cell:
    """The clauses of a chapter in a world: the bar, and the same in words."""

    world: str
    parts: list[Part]
    text: str


@dataclass(frozen=True)
class ChapterRow:
    """A chapter in all worlds."""

    title: str
    cells: list[Cell]


@dataclass(frozen=True)
class TimeRow:
    """How long a world took, and how many scenarios ran there."""

    world: str
    wide: float
    took: str
    each: str
    scenarios: int


@dataclass(frozen=True)
class LagRow:
    """The lags of a world: where the dots lie, in per cent, and the same in numbers."""

    world: str
    dots: list[float]
    number: int
    least: str
    median: str
    most: str


@dataclass(frozen=True)
class Lags:
    """The rows on one axis; ``ticks`` are places and labels."""

    rows: list[LagRow]
    ticks: list[tuple[float, str]]


def chapters(reading: Reading) -> list[ChapterRow]:
    """Return the verdicts by chapter and world."""
    names = list(dict.fromkeys(chapter_of(one["where"]) for one in reading.clauses))
    return [
        ChapterRow(name, [_cell(reading, name, world) for world in reading.results["worlds"]])
        for name in names
    ]


def chapter_of(where: str) -> str:
    """Return the chapter of a place in a document: ``Steps`` of ``Steps, new key``, and of ``Steps 3``."""
    return re.sub(r"\s+\d+$", "", where.partition(",")[0])


def _cell(reading: Reading, chapter: str, world: str) -> Cell:
    clauses = [one for one in reading.clauses if chapter_of(one["where"]) == chapter]
    counts = Counter(reading.answer_in(one, world).text for one in clauses)
    parts, begins = [], 0.0
    for name in PARTS:
        wide = 100 * counts[name] / len(clauses)
        if wide:
            parts.append(Part(KINDS_OF_PART[name], round(begins, 2), round(wide, 2)))
        begins += wide
    others = [f"{counts[name]} {name}" for name in PARTS[1:] if counts[name]]
    return Cell(world, parts, ", ".join([f"{counts['yes']} of {len(clauses)} yes", *others]))


def times(reading: Reading) -> list[TimeRow]:
    """Return the time of each world."""
    seconds: dict[str, float] = reading.pack.times.get("worlds", {})
    longest = max(seconds.values(), default=0) or 1
    return [_time(reading, world, seconds[world], longest) for world in reading.ran if world in seconds]


def _time(reading: Reading, world: str, seconds: float, longest: float) -> TimeRow:
    number = sum(1 for _, one in reading.times if one == world)
    each = duration(seconds / number) if number else ""
    return TimeRow(world, round(max(100 * seconds / longest, 0.4), 2), duration(seconds), each, number)


def lags(reading: Reading) -> Lags | None:
    """Return the time from webhook to event in each world, on a scale of powers; ``None`` when there is none."""
    found: dict[str, list[float]] = {}
    for (_, world), one in reading.times.items():
        found.setdefault(world, []).extend(lag for lag in one.get("lags", []) if lag >= 0)
    found = {world: sorted(found[world]) for world in reading.results["worlds"] if found.get(world)}
    if not found:
        return None
    every = [lag for lags_of in found.values() for lag in lags_of]
    low = max((one for one in TICKS if one <= max(min(every), TICKS[0])), default=TICKS[0])
    high = min((one for one in TICKS if one >= max(every) and one > low), default=max(every))
    scale = _Scale(low, high)
    rows = [_lag(world, lags_of, scale) for world, lags_of in found.items()]
    return Lags(rows, [(scale.place(one), duration(one)) for one in _ticks(scale)])


def _ticks(scale: "_Scale") -> list[float]:
    """Return a few round numbers between the ends, the ends too, far enough apart to be read."""
    inside = [one for one in TICKS if scale.low <= one < scale.high]
    kept: list[float] = []
    for one in inside:
        if not kept or scale.place(one) - scale.place(kept[-1]) >= APART:
            kept.append(one)
    if len(kept) > 1 and scale.place(scale.high) - scale.place(kept[-1]) < APART:
        kept.pop()
    return [*kept, scale.high]


def _lag(world: str, found: list[float], scale: "_Scale") -> LagRow:
    step = max(len(found) // MOST_DOTS, 1)
    return LagRow(
        world,
        [scale.place(one) for one in [*found[::step], found[-1]]],
        len(found),
        duration(found[0]),
        duration(median(found)),
        duration(found[-1]),
    )


@dataclass(frozen=True)
class _Scale:
    """Puts seconds on a line, each power of ten as wide as the next."""

    low: float
    high: float

    def place(self, seconds: float) -> float:
        """Return the place in per cent."""
        inside = min(max(seconds, self.low), self.high)
        return round(100 * log(inside / self.low) / log(self.high / self.low), 2)
