"""The attestation of a merged pack: whose runs it joins, and who joined them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harness.signoff.merge.origins import Origin
from harness.worlds.registry import LIVE


@dataclass(frozen=True)
class Merger:
    """Who merges packs, where, with which harness, by which command."""

    by: str
    machine: Mapping[str, str]
    environment: Mapping[str, str]
    command: str


def run_of(origins: Sequence[Origin], merger: Merger, ran: Collection[tuple[int, str]]) -> dict[str, Any]:
    """Return the run of a merged pack: from the first's beginning to the last's end, with what all of them had.

    ``ran`` has the index of each origin with the worlds in which it ran something: it knows which systems those had.
    """
    runs = [one.run for one in origins]
    return {
        "began": min((one["began"] for one in runs), key=datetime.fromisoformat),
        "ended": max((one["ended"] for one in runs), key=datetime.fromisoformat),
        "seconds": round(sum(one.get("seconds", 0) for one in runs), 6),
        "by": merger.by,
        "machine": dict(merger.machine),
        "environment": dict(merger.environment),
        "seed": _only(one.get("seed") for one in runs),
        "command": merger.command,
        "integration": _integration(runs),
        "systems": _systems(runs, ran),
        LIVE: max(
            (one[LIVE] for one in runs if one.get(LIVE)),
            key=lambda live: str(live.get("ended", "")),
            default=None,
        ),
    }


def _systems(runs: Sequence[Mapping[str, Any]], ran: Collection[tuple[int, str]]) -> dict[str, str]:
    """Return the systems of each world in words; what a run says of a world in which it did nothing counts least."""
    said = [(index, *one) for index, run in enumerate(runs) for one in run.get("systems", {}).items()]
    least_first = sorted(said, key=lambda one: (one[:2] in ran, one[0]))
    return {world: text for _, world, text in least_first}


def _integration(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the integration, if it was one; else the names of all, and the origins have the rest."""
    found = [one.get("integration") or {} for one in runs]
    if all(one == found[0] for one in found):
        return dict(found[0])
    names = sorted({one.get("command") or "" for one in found} - {""})
    return {"command": ", and ".join(names), "files": {}, "digest": "", "says": ""}


def _only(values: Iterable[Any]) -> Any:
    """Return what all ``values`` are, or ``None`` where they differ."""
    found = list(values)
    return found[0] if all(one == found[0] for one in found) else None
