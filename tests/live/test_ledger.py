"""The ledger of a run: on the disk before anything is made, readable after a crash, private, without a key."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import BadLedger
from harness.live.ledger import Ledger, read, runs
from harness.live.runs import Run

RUN = Run("run-20261128-0a1b2c3d")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Return a new ledger."""
    with contextlib.closing(Ledger.begin(tmp_path, RUN, {"mode": "verify", "account": "AbC123"})) as begun:
        yield begun


def test_a_plan_is_on_the_disk_before_it_is_made(tmp_path: Path, ledger: Ledger) -> None:
    """What is planned can be read by somebody else at once, and what became of it too."""
    entry = ledger.plan("customer", id="c1")
    assert read(tmp_path, RUN).open_entries() == [entry]
    ledger.note(entry, "made")
    other = ledger.plan("conversation", customer="c1")
    ledger.note(other, "made", id="v1")
    ledger.note(entry, "undone")
    [left] = read(tmp_path, RUN).open_entries()
    assert (left.kind, left.about) == ("conversation", {"customer": "c1", "id": "v1"})


def test_the_newest_is_undone_first(ledger: Ledger) -> None:
    """Open entries come in the opposite order of their making, all or of one kind."""
    ledger.plan("customer", id="c1")
    ledger.plan("key", label="k")
    ledger.plan("customer", id="c2")
    assert [one.number for one in ledger.open_entries()] == [3, 2, 1]
    assert [one.number for one in ledger.open_entries("customer")] == [3, 1]


def test_nobody_else_can_read_it(ledger: Ledger) -> None:
    """The file is its owner's alone."""
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_a_line_that_a_crash_cut_short_is_passed_over(tmp_path: Path, ledger: Ledger) -> None:
    """Half a line is the last one, and nothing had begun of what it was to say."""
    ledger.plan("customer", id="c1")
    with ledger.path.open("a", encoding="utf-8") as file:
        file.write('{"number": 2, "kind": "conv')
    assert [one.number for one in read(tmp_path, RUN).open_entries()] == [1]


def test_a_run_at_work_is_not_cleaned_up(tmp_path: Path, ledger: Ledger) -> None:
    """The ledger of a run that goes on cannot be taken up; once it is closed it can, and written on."""
    entry = ledger.plan("customer", id="c1")
    with pytest.raises(BadLedger, match="still at work"):
        Ledger.resume(tmp_path, RUN)
    ledger.close()
    with pytest.raises(BadLedger, match="nothing can be made without it"):
        ledger.plan("customer", id="c2")
    again = Ledger.resume(tmp_path, RUN)
    again.note(entry, "undone")
    again.close()
    assert read(tmp_path, RUN).open_entries() == []


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "run-2026-1", "run-20261128-0A1B2C3D"])
def test_what_is_no_run(tmp_path: Path, text: str) -> None:
    """What does not look like a run's id is refused before any file is touched."""
    with pytest.raises(BadLedger, match="no id of a run"):
        Run.named(text)
    with pytest.raises(BadLedger, match="no ledger of"):
        read(tmp_path, RUN)


def test_runs_are_listed(tmp_path: Path, ledger: Ledger) -> None:
    """Every ledger there is, the newest last; a file that is none is left out."""
    (tmp_path / "runs" / "run-20261128-ffffffff.jsonl").write_text("nonsense", encoding="utf-8")
    assert [one.run for one in runs(tmp_path)] == [ledger.run]


def test_names_carry_the_run() -> None:
    """Labels, addresses and ids of a run can be told from all others, and new runs differ."""
    run = Run.begin()
    assert run != Run.begin()
    assert run.plain(run.label("Gladly App")) == "Gladly App"
    assert RUN.plain(run.label("Gladly App")) is None
    assert run.address("ann", "mail.invalid") == f"ann.{run.id}@mail.invalid"
    assert run.customer() != run.customer()
    assert len(run.customer()) < 50


def test_what_is_noted_after_a_crash_is_read(tmp_path: Path, ledger: Ledger) -> None:
    """A cleanup's notes stand on lines of their own behind the line that the crash cut short."""
    entry = ledger.plan("customer", id="c1")
    ledger.close()
    with ledger.path.open("a", encoding="utf-8") as file:
        file.write('{"number": 2, "kind": "conv')
    again = Ledger.resume(tmp_path, RUN)
    again.note(entry, "undone")
    again.close()
    assert read(tmp_path, RUN).open_entries() == []


def test_a_plan_outlives_the_machine(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line is synced to the disk before what it tells of can be done."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    ledger.note(ledger.plan("customer", id="c1"), "made")
    assert len(synced) == 2
