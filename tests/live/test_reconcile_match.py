"""Which seen moment belongs to which expected one: the decision alone."""

import random

from hypothesis import given
from hypothesis import strategies as st

from harness.live.reconcile.match import Expected, Matched, Reach, Seen, match, match_all

REACH = Reach(tolerance=1, late=100)
MOMENTS = st.lists(st.integers(0, 400), max_size=12)
WEAK = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=12)


def owed(*moments: float) -> list[Expected]:
    """Return expected moments, named by their place."""
    return [Expected(f"e{number}", at) for number, at in enumerate(moments)]


def came(*moments: float) -> list[Seen]:
    """Return seen moments, named by their place."""
    return [Seen(f"s{number}", at) for number, at in enumerate(moments)]


def kinds(matched: Matched) -> list[str]:
    """Return the kinds of the verdicts, in order of time."""
    return [one.kind for one in matched.verdicts]


def described(matched: Matched) -> object:
    """Return all that a result says, to compare."""
    verdicts = [
        (one.expected.key, one.kind, one.seen and one.seen.key, [each.key for each in one.doubles])
        for one in matched.verdicts
    ]
    return verdicts, [one.key for one in matched.unexplained]


def test_what_came_in_time_arrived_once() -> None:
    """An event within the tolerance, to either side, is the expected one."""
    assert kinds(match(owed(10, 20, 30), came(10, 19, 31), REACH)) == ["once", "once", "once"]


def test_what_did_not_come_is_missing() -> None:
    """The expected event that nothing is left for is missing, and not its neighbour."""
    assert kinds(match(owed(10, 11), came(11), REACH)) == ["missing", "once"]


def test_what_came_behind_is_late() -> None:
    """An event within the reach behind the expected one is its own, and late; beyond the reach it explains nothing."""
    assert kinds(match(owed(10), came(110), REACH)) == ["late"]
    beyond = match(owed(10), came(111), REACH)
    assert (kinds(beyond), len(beyond.unexplained)) == (["missing"], 1)


def test_what_came_again_is_a_double() -> None:
    """A further event at the time of an arrived one, or behind it within the reach, is its double."""
    at_once = match(owed(10), came(10, 10), REACH)
    behind = match(owed(10), came(10, 60), REACH)
    assert kinds(at_once) == kinds(behind) == ["doubled"]
    assert [len(one.verdicts[0].doubles) for one in (at_once, behind)] == [1, 1]


def test_a_double_hides_no_loss() -> None:
    """An event twice at its own time is doubled, though it could be the late one of an earlier conversation."""
    assert kinds(match(owed(10, 60), came(60, 60), REACH)) == ["missing", "doubled"]


def test_what_came_before_explains_nothing() -> None:
    """An event before everything that is expected is unexplained: nothing arrives before it happened."""
    matched = match(owed(50), came(20, 50), REACH)
    assert (kinds(matched), [one.at for one in matched.unexplained]) == (["once"], [20])


def test_two_in_one_second_need_two_events() -> None:
    """Two conversations of an address in one second are owed two events; one event leaves one of them missing."""
    assert kinds(match(owed(10, 10), came(10, 10), REACH)) == ["once", "once"]
    assert sorted(kinds(match(owed(10, 10), came(10), REACH))) == ["missing", "once"]


def test_a_weak_claim_stands_back() -> None:
    """What may not be owed at all takes nothing that is owed for certain, early or late."""
    weak = Expected("weak", 10, weak=True)
    for seen in (10, 11, 40):
        matched = match([weak, Expected("sure", 10)], came(seen), REACH)
        assert {one.expected.key: one.seen is not None for one in matched.verdicts} == {
            "weak": False,
            "sure": True,
        }
    assert kinds(match([weak], came(10), REACH)) == ["once"]


@given(WEAK, MOMENTS)
def test_each_has_one_place(expected: list[tuple[int, bool]], seen: list[int]) -> None:
    """Every expected moment has one verdict, and every seen one is used once or unexplained."""
    claims = [Expected(f"e{number}", at, weak) for number, (at, weak) in enumerate(expected)]
    matched = match(claims, came(*seen), REACH)
    assert sorted(one.expected.key for one in matched.verdicts) == sorted(one.key for one in claims)
    used = [one.seen.key for one in matched.verdicts if one.seen]
    used += [each.key for one in matched.verdicts for each in one.doubles]
    assert sorted(used + [one.key for one in matched.unexplained]) == sorted(one.key for one in came(*seen))


@given(WEAK, MOMENTS, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(
    expected: list[tuple[int, bool]], seen: list[int], chance: random.Random
) -> None:
    """However both sides are ordered, the result is the same."""
    claims = [Expected(f"e{number}", at, weak) for number, (at, weak) in enumerate(expected)]
    events = came(*seen)
    before = described(match(claims, events, REACH))
    chance.shuffle(claims)
    chance.shuffle(events)
    assert described(match(claims, events, REACH)) == before


@given(WEAK, MOMENTS)
def test_nothing_lies_out_of_reach(expected: list[tuple[int, bool]], seen: list[int]) -> None:
    """What arrived once lies within the tolerance, what is late behind it within the reach."""
    claims = [Expected(f"e{number}", at, weak) for number, (at, weak) in enumerate(expected)]
    for one in match(claims, came(*seen), REACH).verdicts:
        if one.seen is not None:
            apart = one.seen.at - one.expected.at
            assert (0 < apart <= REACH.late) if one.is_late else (abs(apart) <= REACH.tolerance)


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=12, unique=True), st.data())
def test_a_planted_loss_is_named(seconds: list[int], data: st.DataObject) -> None:
    """Of conversations that all arrived, the one whose event is taken away is the one that is missing."""
    lost = data.draw(st.sampled_from(seconds))
    matched = match(owed(*seconds), came(*(one for one in seconds if one != lost)), REACH)
    assert [one.expected.at for one in matched.verdicts if one.kind != "once"] == [lost]
    assert matched.unexplained == []


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=12, unique=True), st.data())
def test_a_planted_double_is_named(seconds: list[int], data: st.DataObject) -> None:
    """Of conversations that all arrived, the one whose event came twice is the one that is doubled."""
    twice = data.draw(st.sampled_from(seconds))
    matched = match(owed(*seconds), came(*seconds, twice), REACH)
    assert [(one.expected.at, one.kind) for one in matched.verdicts if one.kind != "once"] == [
        (twice, "doubled")
    ]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 300), st.booleans()), max_size=30))
def test_subjects_are_matched_apart(moments: list[tuple[str, int, bool]]) -> None:
    """Walking through all subjects finds for each what matching it alone finds."""
    rows = sorted(enumerate(moments), key=lambda one: one[1][0])
    expected = [((who,), Expected(f"{number}", at)) for number, (who, at, is_owed) in rows if is_owed]
    seen = [((who,), Seen(f"{number}", at)) for number, (who, at, is_owed) in rows if not is_owed]
    found = {subject: described(matched) for subject, matched in match_all(expected, seen, REACH)}
    assert found == {
        (who,): described(
            match(
                [one for (whose,), one in expected if whose == who],
                [one for (whose,), one in seen if whose == who],
                REACH,
            )
        )
        for who in {who for who, _, _ in moments}
    }
