"""Stand-ins for the real systems; collected only when a rehearsal is asked for, since it takes minutes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rehearsal.stand_ins import StandIns, started
from tests.rehearsal.stranger import Stranger

ASKED_FOR = "LIVE_REHEARSAL"
TRANSCRIPTS = Path(__file__).parents[2] / "build" / "live-rehearsal"

if not os.environ.get(ASKED_FOR):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def stand_ins() -> Iterator[StandIns]:
    """Start both systems with the app on the legacy API, with delays and limits as the real ones have."""
    with started() as systems:
        yield systems


@pytest.fixture
def upgraded(stand_ins: StandIns) -> StandIns:
    """Return systems on which the upgrade has been made."""
    stand_ins.upgrade()
    return stand_ins


@pytest.fixture
def stranger(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[StandIns], Stranger]:
    """Return a user of the live commands, who has nothing but the environment; what is read is kept as a transcript."""

    def arrive(systems: StandIns) -> Stranger:
        return Stranger(systems.variables(tmp_path / "live"), TRANSCRIPTS / f"{request.node.name}.txt")

    return arrive
