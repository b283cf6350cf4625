"""Against which systems each world was run, as ``systems`` in ``results.json`` says it: nothing else decides it."""

from collections.abc import Iterable, Mapping
from typing import Any

FAKES, REAL, NOTHING = "fakes", "real systems", "nothing"
"""Our model of the vendors, also of a rehearsal; the vendors' own; none, as nothing was run in a world that goes live."""


def worlds_with(results: Mapping[str, Any], systems: str) -> list[str]:
    """Return the worlds that were run against these ``systems``."""
    return [world for world in results["worlds"] if results["systems"].get(world) == systems]


def united(said: Iterable[str]) -> str:
    """Return what several runs of a world were against: one in which nothing was run has nothing to say.

    Fakes beside real systems are a discrepancy, and count as fakes: never the better of the two.
    """
    found = set(said)
    return next((one for one in (FAKES, REAL) if one in found), NOTHING)
