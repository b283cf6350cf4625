"""A scenario whose worker died under it: nobody sends its record, so each worker notes beforehand what it runs.

The note lies in the run's scratch folder, one for each of xdist's workers. When a worker is gone, the process that
started it takes the record from there and puts it on the report that xdist makes up. Without xdist the whole run is gone.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.record import PROPERTY, Record
from harness.plugin.item import RECORD
from harness.plugin.scratch import SCRATCH


def note_what_runs(item: pytest.Item, *, in_a_step: bool = False) -> None:
    """Note the record of ``item`` as it stands, and whether one of its steps is under way; only a worker does."""
    name, record = _worker(item.config), item.stash.get(RECORD, None)
    if name and record is not None:
        note = {"item": item.nodeid, "in_a_step": in_a_step, "record": record.to_json()}
        path = _note_of(item.config, name)
        aside = path.with_suffix(".new")  # a worker may die while it writes
        aside.write_text(json.dumps(note), encoding="utf-8")
        aside.replace(path)


def forget_what_runs(item: pytest.Item) -> None:
    """Remove the note: the record is on its way."""
    if name := _worker(item.config):
        _note_of(item.config, name).unlink(missing_ok=True)


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(crashitem: str, report: Any) -> None:
    """Send the record of the scenario that a worker died under along with the report of it.

    What the worker had not begun yet has no note: the gate then says that it was not executed.
    """
    path = _note_of(report.node.config, report.node.gateway.id)
    if not path.exists():
        return
    note = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    if note["item"] != crashitem:
        return
    record = Record.from_json(note["record"])
    if note["in_a_step"]:
        record.step_done("failed")
    record.end("failed", "the process that ran it died under it", "crashed")
    report.user_properties.append((PROPERTY, record.to_json()))


def _worker(config: pytest.Config) -> str:
    return str(getattr(config, "workerinput", {}).get("workerid", ""))


def _note_of(config: pytest.Config, worker: str) -> Path:
    return config.stash[SCRATCH] / f"runs-{worker}.json"
