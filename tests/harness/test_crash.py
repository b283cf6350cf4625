"""A crash of the app in the memory world: nothing is stored on the way out, and nothing is left open."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.worlds import memory
from integration.outbox import Outbox


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """Return the connections that are opened during the test."""
    connections: list[sqlite3.Connection] = []
    real: Callable[..., sqlite3.Connection] = sqlite3.connect

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        connections.append(real(*args, **options))
        return connections[-1]

    monkeypatch.setattr(sqlite3, "connect", connect)
    return connections


def test_a_crash_leaves_no_connection_open(tmp_path: Path, opened: list[sqlite3.Connection]) -> None:
    """The outbox's file is closed at once, not when the garbage collector comes by."""
    with memory.compose(tmp_path / "state") as world:
        world.setup.install_app("Klaviyo", private_key=None, upgraded=False)
        world.app.crash()
        [connection] = opened
        with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
            connection.execute("SELECT 1")


def test_a_crash_is_no_orderly_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an orderly end does is not done in a crash."""
    closed: list[Outbox] = []
    monkeypatch.setattr(Outbox, "close", closed.append)
    with memory.compose(tmp_path / "state") as world:
        world.setup.install_app("Klaviyo", private_key=None, upgraded=False)
        world.app.crash()
        assert closed == []


def test_what_was_not_committed_is_lost(tmp_path: Path, opened: list[sqlite3.Connection]) -> None:
    """A transaction that is open when the outbox is abandoned leaves nothing behind."""
    outbox = Outbox(tmp_path / "outbox.db")
    opened[0].execute("INSERT INTO webhooks (id, started, customer_id, at) VALUES ('w', 1, 'c', 0.0)")
    outbox.abandon()
    again = Outbox(tmp_path / "outbox.db")
    assert again.counts() == (0, 0, None)
    again.close()
