"""The attestation of a merged pack: whose runs it joins, and who joined them."""

from collections.abc import Iterable, Mapping, Sequence
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


def run_of(origins: Sequence[Origin], merger: Merger) -> dict[str, Any]:
    """Return the run of a merged pack: from the first's beginning to the last's end, with what all of them had."""
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
        "systems": {world: said for one in runs for world, said in one.get("systems", {}).items()},
        LIVE: max(
            (one[LIVE] for one in runs if one.get(LIVE)),
            key=lambda live: str(live.get("ended", "")),
            default=None,
        ),
    }


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
