"""Two plots as inline SVG: what is missing and doubled, and the lag, over time. Colours come from the page's classes."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from harness.live.reconcile.findings import Bucket
from harness.live.reconcile.moments import DAY, HOUR, duration

WIDTH, HEIGHT = 960, 270
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 44, 34
STEPS_OF_LAG = (1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800)
"""Where the axis of the lag, which is logarithmic, has its lines, in seconds."""

STEPS_OF_TIME = (
    60,
    300,
    900,
    1_800,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    30 * DAY,
    90 * DAY,
)
MOST_LABELS, MOST_TICKS = 8, 4
MARGIN = 40
"""How near to a side the word at the upgrade may begin."""


@dataclass(frozen=True)
class Frame:
    """Where moments and heights lie in the picture. ``most`` is the largest height there is."""

    first: datetime
    last: datetime
    most: float
    is_log: bool = False

    def x(self, moment: datetime) -> float:
        """Return how far to the right a moment lies."""
        share = (moment - self.first) / (self.last - self.first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Return how far down a value lies."""
        value = max(0.0, value)
        share = math.log1p(value) / math.log1p(self.most) if self.is_log else value / self.most
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def losses(buckets: Sequence[Bucket], width: int, upgraded: datetime | None) -> Markup:
    """Return bars of what is missing and doubled; ``width`` is a bucket's seconds."""
    frame = _frame(buckets, width, max((max(one.missing, one.doubled) for one in buckets), default=0))
    parts = [_rule(frame, value, f"{value:,}") for value in _whole_ticks(frame.most)]
    for one in buckets:
        counts = {"missing": one.missing, "doubled": one.doubled}
        parts += [_bar(frame, one, width, (name, count)) for name, count in counts.items() if count]
    title = "Missing and doubled events over time"
    about = (
        f"{sum(one.missing for one in buckets):,} missing, {sum(one.doubled for one in buckets):,} doubled"
    )
    return _picture(frame, parts, (title, about), ("missing", "doubled"), upgraded)


def lags(buckets: Sequence[Bucket], width: int, upgraded: datetime | None) -> Markup:
    """Return lines of the lag's median, 99th percentile and maximum, on a logarithmic axis."""
    found = [(one.start + timedelta(seconds=width / 2), one.lag) for one in buckets if one.lag]
    most = max((lag.most for _, lag in found), default=0)
    top = next((step for step in STEPS_OF_LAG if step >= most), STEPS_OF_LAG[-1])
    frame = _frame(buckets, width, max(most, top, 60), is_log=True)
    ticks = [0, *(step for step in STEPS_OF_LAG if step <= frame.most)]
    parts = [_rule(frame, value, duration(value)) for value in ticks]
    for name, values in (
        ("p50", [(at, lag.p50) for at, lag in found]),
        ("p99", [(at, lag.p99) for at, lag in found]),
        ("most", [(at, lag.most) for at, lag in found]),
    ):
        parts += _line(frame, name, values)
    title, about = "Lag over time", f"the longest is {duration(most)}"
    return _picture(frame, parts, (title, about), ("p50", "p99", "most"), upgraded)


PLACES = {"missing": 0.1, "doubled": 0.5}
"""Where in its bucket a bar begins, as a share of the width."""

NAMES = {
    "missing": "missing",
    "doubled": "doubled",
    "p50": "median",
    "p99": "99th percentile",
    "most": "longest",
}


def _frame(buckets: Sequence[Bucket], width: int, most: float, *, is_log: bool = False) -> Frame:
    last = buckets[-1].start + timedelta(seconds=width)
    return Frame(buckets[0].start, last, max(most, 1), is_log)


def _whole_ticks(most: float) -> list[int]:
    step = max(1, math.ceil(most / MOST_TICKS))
    return list(range(0, int(most) + 1, step))


def _rule(frame: Frame, value: float, label: str) -> str:
    y = frame.y(value)
    return (
        f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(label)}</text>'
    )


def _bar(frame: Frame, bucket: Bucket, width: int, what: tuple[str, int]) -> str:
    name, count = what
    whole = frame.x(bucket.start + timedelta(seconds=width)) - frame.x(bucket.start)
    x, y = frame.x(bucket.start) + PLACES[name] * whole, frame.y(count)
    thick = max(2.0, 0.4 * whole)
    return (
        f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{thick:.1f}" height="{HEIGHT - BOTTOM - y:.1f}">'
        f"<title>{bucket.start:%Y-%m-%d %H:%M} UTC: {count:,} {NAMES[name]}</title></rect>"
    )


def _line(frame: Frame, name: str, values: Sequence[tuple[datetime, int]]) -> Iterable[str]:
    points = [(frame.x(at), frame.y(value), value, at) for at, value in values]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in points)
    yield f'<polyline class="line {name}" points="{path}"/>'
    for x, y, value, at in points:
        said = f"{at:%Y-%m-%d %H:%M} UTC: {NAMES[name]} {duration(max(0, value))}"
        yield f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"><title>{escape(said)}</title></circle>'


def _picture(
    frame: Frame,
    parts: list[str],
    says: tuple[str, str],
    names: Sequence[str],
    upgraded: datetime | None,
) -> Markup:
    """Return the whole picture: what it says to who cannot see it, the legend, both axes, the upgrade, the parts."""
    x = LEFT
    legend = []
    for name in names:
        legend.append(f'<rect class="{name}" x="{x}" y="6" width="10" height="10"/>')
        legend.append(f'<text class="name" x="{x + 15}" y="15">{NAMES[name]}</text>')
        x += 36 + 6 * len(NAMES[name])
    body = "".join([*legend, *_moments(frame), *parts, *_upgrade(frame, upgraded)])
    return Markup(  # noqa: S704 - every text in it is escaped or ours
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(f"{says[0]}: {says[1]}")}">{body}</svg>'
    )


def _moments(frame: Frame) -> Iterable[str]:
    length = (frame.last - frame.first).total_seconds()
    step = next((one for one in STEPS_OF_TIME if length / one <= MOST_LABELS), STEPS_OF_TIME[-1])
    form = "%d %b" if step >= DAY else "%d %b %H:%M" if length > DAY else "%H:%M"
    origin = frame.first.timestamp() // step * step - frame.first.timestamp()
    at = frame.first + timedelta(seconds=origin if origin >= 0 else origin + step)
    while at <= frame.last:
        x = frame.x(at)
        anchor = "end" if x > WIDTH - 3 * RIGHT else "middle"
        yield (
            f'<line class="rule" x1="{x:.1f}" x2="{x:.1f}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM + 5}"/>'
            f'<text class="tick" x="{x:.1f}" y="{HEIGHT - BOTTOM + 19}" text-anchor="{anchor}">{at:{form}}</text>'
        )
        at += timedelta(seconds=step)


def _upgrade(frame: Frame, upgraded: datetime | None) -> Iterable[str]:
    if upgraded is None or not frame.first <= upgraded <= frame.last:
        return
    x = frame.x(upgraded)
    anchor = "end" if x > WIDTH - MARGIN else "start" if x < LEFT + MARGIN else "middle"
    yield (
        f'<line class="upgrade" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 4}" y2="{HEIGHT - BOTTOM}"/>'
        f'<text class="upgrade" x="{x:.1f}" y="{TOP - 10}" text-anchor="{anchor}">upgrade</text>'
    )
