"""A run that is killed at any point leaves what ``live cleanup`` removes: the tenants are as they were before."""

import os
import random
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rehearsal.stand_ins import StandIns
from tests.rehearsal.stranger import Read, Stranger

POINTS = 20
SEED = 20261128
LONGEST = {"verify": 6, "upgrade": 60}
"""Up to how many lines the ledger may have when the run is killed."""


def points() -> list[tuple[str, int, float]]:
    """Return at which line of the ledger, and how many seconds after it was written, each run is killed."""
    dice = random.Random(SEED)  # noqa: S311 - no secret
    modes = ["verify" if number % 2 else "upgrade" for number in range(POINTS)]
    return [(mode, dice.randint(1, LONGEST[mode]), dice.uniform(0.0, 1.5)) for mode in modes]


@pytest.mark.parametrize(("mode", "lines", "after"), points())
def test_killed(
    stand_ins: StandIns, stranger: Callable[[StandIns], Stranger], mode: str, lines: int, after: float
) -> None:
    """Whatever the point, the cleanup leaves keys, app, conversations and customers as they were."""
    stand_ins.upgrade()
    final = stand_ins.at_klaviyo("POST", "/keys", {"name": "For the app", "access": "full", "scopes": []})
    somebody = stranger(stand_ins)
    somebody.env |= {"LIVE_ALLOW": mode, "LIVE_GLADLY_APP_KEY": final["private_key"]}
    somebody.sign_in()
    before, folder = stand_ins.inventory(), Path(somebody.env["LIVE_FOLDER"])
    running = somebody.start("-m", "pytest", "-q", "--world", "live", "--live", mode)
    try:
        stand_ins.wait_until(lambda: _lines(folder) >= lines or running.poll() is not None, 240)
        stand_ins.pause(after)
    finally:
        os.kill(running.pid, signal.SIGKILL)
        running.communicate()
    [ledger] = (folder / "runs").glob("run-*.jsonl")
    read = somebody.harness("live", "cleanup", ledger.stem)
    assert read.code == 0, read.text
    assert stand_ins.inventory() == before
    assert _keys_in(read) == []


def _lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in (folder / "runs").glob("run-*.jsonl"))


def _keys_in(read: Read) -> list[str]:
    return re.findall(r"pk_[0-9a-f]{20,}", read.text)
