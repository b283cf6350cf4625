"""What ``python -m harness check`` asks of pytest: the scenarios about the integration, in order of need, told as they end.

Each is told of on a file descriptor, a line of JSON each: ``{"total": 12}`` first, then the records.
"""

import argparse
import json
import os
import signal
from typing import Any

import pytest

from harness.evidence.record import PROPERTY, Record
from harness.plugin.gate import is_worker
from harness.plugin.item import RECORD
from harness.signoff.clauses import Clause, every, load_all
from harness.signoff.stages import FIRST, STAGES, stage_of

PARTS = ("first", "rest")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the part to run, and where to tell of it: for the command, and not for people."""
    group = parser.getgroup("acceptance harness")
    group.addoption("--contract-part", choices=PARTS, help=argparse.SUPPRESS)
    group.addoption("--contract-descriptor", type=int, help=argparse.SUPPRESS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the scenarios of this part that are about the integration, in order of need."""
    part = config.getoption("--contract-part")
    if part is None:
        return
    clauses, first = every(load_all()), part == PARTS[0]
    chosen = [
        item
        for item in items
        if (record := item.stash.get(RECORD, None)) is not None
        and is_about_the_integration(record, clauses)
        and (_stage(record) < FIRST) == first
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = sorted(chosen, key=lambda item: _stage(item.stash[RECORD]))


def is_about_the_integration(record: Record, clauses: dict[str, Clause]) -> bool:
    """Say whether a scenario shows a clause about the integration."""
    return any(tag in clauses and clauses[tag].subject == "integration" for tag in record.tags)


def is_the_end(record: Record) -> bool:
    """Say whether what comes after this scenario means nothing any more: the app does not start, or never tells Klaviyo."""
    is_needed = STAGES[_stage(record)].is_needed or record.reason.startswith("NotReady")
    return record.outcome == "failed" and is_needed


def pytest_configure(config: pytest.Config) -> None:
    """Tell from the process that sees all reports."""
    descriptor = config.getoption("--contract-descriptor")
    if descriptor is None:
        return
    # A shell that starts the command in the background has it ignore SIGINT, by which it is to be ended.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not is_worker(config):
        config.pluginmanager.register(_Teller(descriptor, config))


class _Teller:
    def __init__(self, descriptor: int, config: pytest.Config) -> None:
        self._descriptor = descriptor
        self._is_first = config.getoption("--contract-part") == PARTS[0]
        self._session: pytest.Session | None = None
        self._is_counted = False

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._session = session

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._count(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._count(len(ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, text in report.user_properties:
            if name == PROPERTY:
                self._tell(json.loads(str(text)))
                if self._is_first and self._session and is_the_end(Record.from_json(str(text))):
                    self._session.shouldstop = "what comes after this means nothing"

    def _count(self, total: int) -> None:
        if total and not self._is_counted:
            self._is_counted = True
            self._tell({"total": total})

    def _tell(self, what: Any) -> None:
        line = (json.dumps(what) + "\n").encode()
        while line:
            line = line[os.write(self._descriptor, line) :]


def _stage(record: Record) -> int:
    return stage_of(record.feature, record.name)
