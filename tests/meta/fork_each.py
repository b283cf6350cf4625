"""A pytest plugin that collects the features once, then runs scenarios on request, each request in a fork of its own.

What a fork changes ends with it, so that no mutant reaches another, and the next one starts from the same state with
certainty; nothing is served, opened or composed before the fork. Requests and answers are lines of JSON on the socket
that ``--requests`` names; ``forked.py`` is the other side.
"""

import json
import os
import signal
import socket
from collections.abc import Iterator
from typing import Any

import playwright.sync_api  # noqa: F401 - once here, not in each fork
import pytest

from harness.evidence.record import PROPERTY
from harness.plugin.item import RECORD
from tests.meta.page_mutants import MUTANTS
from tests.mutants.registry import load


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the socket on which requests come."""
    parser.addoption("--requests", type=int, required=True, help="file descriptor of a connected socket")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Answer requests until the other side closes."""
    with (
        socket.socket(fileno=session.config.getoption("--requests")) as connection,
        connection.makefile("rw") as lines,
    ):
        for line in lines:
            request = json.loads(line)
            answer = _in_a_fork(session, request) if "scenarios" in request else json.dumps(_rows(session))
            lines.write(answer + "\n")
            lines.flush()
    return True


def _rows(session: pytest.Session) -> list[Any]:
    """Return of each scenario that was collected the name of its test, the id of its row, and its record."""
    return [
        (item.originalname, item.name, item.stash[RECORD].to_json())
        for item in session.items
        if isinstance(item, pytest.Function) and RECORD in item.stash
    ]


def _in_a_fork(session: pytest.Session, request: dict[str, Any]) -> str:
    """Return what the run in a fork answered, or how the fork ended if it could not say."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        _answer(session, request, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as answers:  # noqa: PTH123 - a file descriptor
        answer = answers.read()
    _, status = os.waitpid(child, 0)
    return answer or json.dumps({"ended": os.waitstatus_to_exitcode(status)})


def _answer(session: pytest.Session, request: dict[str, Any], writing: int) -> None:
    """Break what is to be broken, run, write the answer, and end without touching what belongs to the parent."""
    try:
        signal.alarm(request["longest"])
        option = session.config.option
        option.deadline, option.integration = request["deadline"], request["integration"]
        option.extra, option.seed = request["extra"], request["seed"]
        if name := request["mutant"]:
            (MUTANTS[name] if name in MUTANTS else load()[name].change)()
        answer = _run(session, list(_chosen(session, request)), until_red=request["until_red"])
        with open(writing, "w", encoding="utf-8") as answers:
            json.dump(answer, answers)
        os._exit(0)
    finally:
        os._exit(1)


def _chosen(session: pytest.Session, request: dict[str, Any]) -> Iterator[pytest.Function]:
    """Choose by the name of the scenario's test and its world; ``name[words]`` is the rows that have these words."""
    rows = {
        name: words.rstrip("]") for name, _, words in (one.partition("[") for one in request["scenarios"])
    }
    for item in session.items:
        if (
            isinstance(item, pytest.Function)
            and item.callspec.params["world_name"] == request["world"]
            and (words := rows.get(item.originalname)) is not None
            and words in item.name
        ):
            if request["first_row"]:
                del rows[item.originalname]
            yield item


def _run(session: pytest.Session, items: list[pytest.Function], *, until_red: bool) -> dict[str, Any]:
    """Run these and return their records, and the tracebacks of what failed.

    ``until_red`` ends with the first failure, so each scenario then takes down all that it has set up.
    """
    seen = _Seen()
    session.config.pluginmanager.register(seen)
    for item, following in zip(items, [*items[1:], None], strict=True):
        if until_red and seen.tracebacks:
            break
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None if until_red else following)
    return {"records": seen.records, "tracebacks": seen.tracebacks}


class _Seen:
    """Keeps what comes with the reports."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self.tracebacks: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the record from the last report of a scenario, and the traceback of whatever failed."""
        self.records += [json.loads(str(text)) for name, text in report.user_properties if name == PROPERTY]
        if report.failed:
            self.tracebacks.append(report.longreprtext)
