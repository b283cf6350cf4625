"""What a pack says of the run that it was made of: when, where, how long, by whom, with what, against which systems."""

import getpass
import platform
import re
import shlex
import socket
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from harness.evidence.record import Record
from harness.redaction import redact
from harness.signoff.environment import environment
from harness.signoff.pack.now import fixed_time
from harness.worlds.registry import LIVE, WORLDS

NO_MATTER = frozenset({"-n", "--numprocesses", "--dist", "-p", "--randomly-seed"})
"""Options with a value, of pytest and its plugins, that change neither what is run nor what comes of it."""


def by_whom(given: str | None) -> str:
    """Return who makes the run: the name that was given, else that of the account on this machine, as one."""
    if given:
        return given
    try:
        return f"the account {getpass.getuser()}"
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "unknown"


def about_the_run(
    span: tuple[datetime, datetime],
    by: str,
    worlds: Iterable[str],
    *,
    integration: Mapping[str, Any],
    seed: int,
    command: Sequence[str],
    live: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return it as plain JSON values; ``live`` says which real systems were used."""
    began, ended = span
    made_with = environment(worlds)
    return {
        "began": began.isoformat(),
        "ended": ended.isoformat(),
        "seconds": round((ended - began).total_seconds()),
        "by": by,
        "machine": {
            "host": socket.gethostname(),
            "platform": platform.platform(),
            "python": platform.python_version(),
        },
        "environment": made_with,
        "seed": seed,
        "command": redact(shlex.join(["pytest", *_that_matter(command)])),
        "integration": dict(integration),
        "systems": {name: _systems(name, made_with, live) for name in worlds},
        LIVE: dict(live) if live else None,
    }


def _that_matter(words: Sequence[str]) -> list[str]:
    """Return the words of a command but for those that do not matter to what comes of it: workers, order, how much is printed."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word.partition("=")[0] in NO_MATTER:
            if "=" not in word:
                next(rest, None)  # its value
        elif not re.fullmatch(r"-[qv]+|-n\w+", word):
            kept.append(word)
    return kept


def _systems(world: str, made_with: Mapping[str, str], live: Mapping[str, Any] | None) -> str:
    """Return against which systems a world was run, in words."""
    if not WORLDS[world].goes_live:
        return f"the fakes of {made_with['harness']}, commit {made_with['commit']}"
    if live is None:
        return "none: no real system was reached"
    where = "a rehearsal on this machine: " if live["rehearsal"] else ""
    return (
        f"{where}Klaviyo account {live['klaviyo']['account_id']},"
        f" Gladly organization {live['gladly']['organization']} ({live['gladly']['url']})"
    )


def times(records: Iterable[Record], seconds: float) -> dict[str, Any]:
    """Return ``times.json``; no durations where the environment fixes the time, for they differ from run to run."""
    if fixed_time() is not None:
        return {"format": 1, "seconds": 0, "worlds": {}, "scenarios": []}
    ordered = sorted(records, key=lambda one: (one.feature, one.name, one.row, one.world))
    worlds: dict[str, float] = {}
    for record in ordered:
        worlds[record.world] = round(worlds.get(record.world, 0.0) + record.times.seconds, 3)
    scenarios = [
        {
            "feature": record.feature,
            "name": record.name,
            "row": list(record.row),
            "world": record.world,
            "seconds": record.times.seconds,
            "steps": record.times.steps,
            "lags": record.times.lags,
        }
        for record in ordered
        if record.times.seconds
    ]
    return {"format": 1, "seconds": round(seconds, 3), "worlds": worlds, "scenarios": scenarios}
