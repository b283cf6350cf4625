"""Which seen moment belongs to which expected one: the decision alone, for any ledger of what is owed and what came.

Moments are numbers in one unit, say seconds since the epoch. Both sides are of one subject, say one address and metric;
``match_all`` walks through many subjects without keeping more than one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, TypeVar

Kind = Literal["once", "late", "doubled", "missing"]
S = TypeVar("S", bound=tuple[Any, ...])


@dataclass(frozen=True, slots=True)
class Expected:
    """Something owed at ``at``. A ``weak`` one may not be owed at all: it takes only what others leave to it."""

    key: str
    at: float
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that came, with the time that it bears."""

    key: str
    at: float


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a seen moment may lie from its expected one: ``tolerance`` to both sides, ``late`` behind it."""

    tolerance: float = 1.0
    late: float = 86_400.0


@dataclass(slots=True)
class Verdict:
    """What became of an expected moment: the seen one that is its own, and those that came once more."""

    expected: Expected
    seen: Seen | None = None
    doubles: list[Seen] = field(default_factory=list)
    is_late: bool = False

    @property
    def kind(self) -> Kind:
        """What to call it; a late one that came twice is doubled."""
        if self.seen is None:
            return "missing"
        if self.doubles:
            return "doubled"
        return "late" if self.is_late else "once"


@dataclass(frozen=True, slots=True)
class Matched:
    """One verdict for each expected moment, in order of time, and the seen ones that none explains."""

    verdicts: list[Verdict]
    unexplained: list[Seen]


def match(expected: Iterable[Expected], seen: Iterable[Seen], reach: Reach) -> Matched:
    """Match one subject's moments. The order in which they are given does not matter.

    What came at the very time goes first, then what came within the tolerance. A further one within the tolerance of
    a matched one is its double, before it could be taken for a late one of another. Then whatever is still owed takes
    the next later one that is left, and what is left behind a matched one within the reach came once more.
    """
    verdicts = [Verdict(one) for one in sorted(expected, key=lambda one: (one.at, one.key))]
    left = sorted(seen, key=lambda one: (one.at, one.key))
    for tolerance in (0.0, reach.tolerance):
        for weak in (False, True):
            left = _take(verdicts, left, weak=weak, before=tolerance, after=tolerance, late=False)
    left = _doubles_in_time(verdicts, left, reach.tolerance)
    for weak in (False, True):
        left = _take(verdicts, left, weak=weak, before=0.0, after=reach.late, late=True)
    return Matched(verdicts, _doubles_behind(verdicts, left, reach.late))


def match_all(
    expected: Iterable[tuple[S, Expected]], seen: Iterable[tuple[S, Seen]], reach: Reach
) -> Iterator[tuple[S, Matched]]:
    """Yield subject by subject what matches. Both sides must be in ascending order of their subjects."""
    owed, came = _grouped(expected), _grouped(seen)
    one, other = next(owed, None), next(came, None)
    while one is not None or other is not None:
        subject = min(each[0] for each in (one, other) if each is not None)
        of_owed, of_came = [], []
        if one is not None and one[0] == subject:
            of_owed, one = one[1], next(owed, None)
        if other is not None and other[0] == subject:
            of_came, other = other[1], next(came, None)
        yield subject, match(of_owed, of_came, reach)


def _grouped(pairs: Iterable[tuple[S, Any]]) -> Iterator[tuple[S, list[Any]]]:
    for subject, group in groupby(pairs, key=itemgetter(0)):
        yield subject, [moment for _, moment in group]


def _take(
    verdicts: list[Verdict], left: list[Seen], *, weak: bool, before: float, after: float, late: bool
) -> list[Seen]:
    """Let each open verdict, the earliest first, take the earliest that is left in its reach; return what stays."""
    open_ones = [one for one in verdicts if one.seen is None and one.expected.weak is weak]
    taken: set[int] = set()
    position = 0
    for verdict in open_ones:
        at = verdict.expected.at
        while position < len(left) and left[position].at < at - before:
            position += 1
        if position < len(left) and left[position].at <= at + after:
            verdict.seen, verdict.is_late = left[position], late
            taken.add(position)
            position += 1
    return [one for number, one in enumerate(left) if number not in taken] if taken else left


def _doubles_in_time(verdicts: list[Verdict], left: list[Seen], tolerance: float) -> list[Seen]:
    """Give what lies within the tolerance of a matched moment to the nearest such; return what stays."""
    matched = [one for one in verdicts if one.seen is not None]
    moments = [one.expected.at for one in matched]
    stays = []
    for one in left:
        near = range(bisect_left(moments, one.at - tolerance), bisect_right(moments, one.at + tolerance))
        if near:
            matched[min(near, key=lambda number: abs(moments[number] - one.at))].doubles.append(one)
        else:
            stays.append(one)
    return stays


def _doubles_behind(verdicts: list[Verdict], left: list[Seen], reach: float) -> list[Seen]:
    """Give what lies behind a matched one to the last such; return what nothing explains."""
    matched = [(one.seen.at, number) for number, one in enumerate(verdicts) if one.seen is not None]
    matched.sort()
    moments = [at for at, _ in matched]
    unexplained = []
    for one in left:
        place = bisect_right(moments, one.at)
        if place and one.at - moments[place - 1] <= reach:
            verdicts[matched[place - 1][1]].doubles.append(one)
        else:
            unexplained.append(one)
    return unexplained
