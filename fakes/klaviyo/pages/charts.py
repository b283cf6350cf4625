"""Drawings in numbers: the bars of a chart and the dots of a map, as the templates put them into SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fakes.klaviyo.rules.analytics.insights import Spot

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 12, 28
MOST_LABELS = 10
_GAP = 0.25
_TICKS = 4
_THOUSAND = 1_000
_LARGEST_DOT, _SMALLEST_DOT = 9.0, 1.8


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: where it stands, its name and count; ``labelled`` says whether the name stands under it."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int
    labelled: bool

    @property
    def middle(self) -> float:
        """Where its label is centred."""
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart and what it stands for."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of counts."""

    bars: list[Bar]
    ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM

    @property
    def total(self) -> int:
        """All counts together."""
        return sum(bar.count for bar in self.bars)


def bars(labels: Sequence[str], counts: Sequence[int]) -> Chart:
    """Return the chart of ``counts``, one for each of ``labels``; the scale ends at a round number."""
    top = _round_up(max(counts, default=0))
    room, tall = (WIDTH - LEFT - RIGHT) / max(1, len(counts)), HEIGHT - TOP - BOTTOM
    every = math.ceil(len(counts) / MOST_LABELS) or 1
    drawn = []
    for number, (label, count) in enumerate(zip(labels, counts, strict=True)):
        height = round(tall * count / top, 2)
        x = round(LEFT + room * (number + _GAP / 2), 2)
        width = round(room * (1 - _GAP), 2)
        drawn.append(
            Bar(x, round(HEIGHT - BOTTOM - height, 2), width, height, label, count, number % every == 0)
        )
    steps = [top * step // _TICKS for step in range(_TICKS + 1)]
    return Chart(drawn, [Tick(round(HEIGHT - BOTTOM - tall * step / top, 2), f"{step:,}") for step in steps])


def _round_up(most: int) -> int:
    """Return a number of at least ``most`` that four equal steps divide into whole numbers."""
    power: int = 10 ** max(0, len(str(most)) - 2)
    while power * _TICKS * _THOUSAND < most:
        power *= 10
    return max(_TICKS, -(-most // (power * _TICKS)) * power * _TICKS)


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot on a map that is 360 wide and 180 high, a degree a step."""

    x: float
    y: float
    radius: float
    label: str


def dots(spots: Sequence[Spot]) -> list[Dot]:
    """Return a dot for every spot, the larger the more happened there."""
    most = max((spot.count for spot in spots), default=1)
    return [
        Dot(
            round(spot.longitude + 180, 3),
            round(90 - spot.latitude, 3),
            round(_SMALLEST_DOT + (_LARGEST_DOT - _SMALLEST_DOT) * math.sqrt(spot.count / most) / 2, 2),
            f"{spot.latitude}, {spot.longitude}: {spot.count}",
        )
        for spot in spots
    ]
