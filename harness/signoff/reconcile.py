"""What was to be run against what was: nothing declared may be lost, nothing left out without need."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from harness.evidence.record import Record
from harness.signoff.inventory import NEEDS_TAG, Scenario, declared
from harness.worlds.registry import LIVE, WORLDS

REASON = "not run in the live world: "
"""How the reason begins of what turned out not to be possible at a real system."""


def unexcused(
    records: list[Record],
    missing: Collection[str] = (),
    lacking: Callable[[str], Collection[str]] = lambda _world: (),
) -> list[str]:
    """Return the scenarios that were not run although their world has all that they need: skipped by hand, say.

    ``lacking`` tells for a world which abilities the integration is not asked for there.
    """
    return [
        f"not run without need in {record.world}: {record.feature}: {record.name} {_row(record.row)}({record.reason})"
        for record in records
        if record.outcome == "not run"
        and record.world not in missing
        and not (record.world == LIVE and record.reason.startswith(REASON))
        and not any(
            (match := NEEDS_TAG.fullmatch(tag))
            and (match[1] in lacking(record.world) or match[1] not in WORLDS[record.world].capabilities)
            for tag in record.tags
        )
    ]


def idle(records: list[Record]) -> list[str]:
    """Return a finding when something was to be run live and nothing was: that must not look like a success."""
    outcomes = {record.outcome for record in records if record.world == LIVE}
    return ["nothing at all was run at the real systems"] if outcomes == {"not run"} else []


def reconcile(records: list[Record], worlds: list[str]) -> list[str]:
    """Return which declared scenarios have no record in a world, and which records are too many or undeclared."""
    scenarios = declared()
    return lost(scenarios, records, worlds) + extra(scenarios, records, worlds)


def lost(scenarios: Iterable[Scenario], records: Iterable[Record], worlds: Sequence[str]) -> list[str]:
    """Return which declared ``scenarios`` have no record in a world; what another run may have, so that a merge cures it."""
    missing = _expected(scenarios, worlds) - _seen(records)
    return [f"declared but not executed in {key[3]}: {key[0]}: {key[1]} {_row(key[2])}" for key in missing]


def extra(scenarios: Iterable[Scenario], records: Iterable[Record], worlds: Sequence[str]) -> list[str]:
    """Return which records are too many, or of nothing that is declared."""
    too_many = _seen(records) - _expected(scenarios, worlds)
    return [too_often(*key[:3]) for key in too_many]


def too_often(feature: str, name: str, row: tuple[str, ...]) -> str:
    """Return the finding about a scenario that was executed more often than it is declared."""
    return f"executed but not declared so often: {feature}: {name} {_row(row)}"


_Key = tuple[str, str, tuple[str, ...], str]


def _expected(scenarios: Iterable[Scenario], worlds: Sequence[str]) -> Counter[_Key]:
    return Counter((*one.key, world) for one in scenarios for world in worlds)


def _seen(records: Iterable[Record]) -> Counter[_Key]:
    return Counter((*record.key, record.world) for record in records)


def _row(row: tuple[str, ...]) -> str:
    return f"[{' | '.join(row)}]" if row else ""
