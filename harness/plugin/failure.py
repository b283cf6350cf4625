"""A scenario that failed, told for whoever has to mend the integration: in the words of the features, without a traceback.

``--tb`` with any other style than pytest's ``auto`` shows pytest's own; a defect of the harness or of a fake always does.
"""

import shlex
import sys
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from harness.errors import EgressRefused, NeverHappened, NotAsExpected, NotReady, StrictnessError
from harness.evidence.record import Record
from harness.plugin.item import RECORD
from harness.redaction import redact
from harness.signoff.clauses import every, load_all
from harness.signoff.inventory import CLAUSE_TAG

VERDICTS = (NotAsExpected, StrictnessError, NeverHappened, NotReady, EgressRefused)
"""What is said of the integration, or of a system; anything else is a defect of the harness."""
MOST_PRINTED, LONGEST_PRINTED = 6, 300
"""Lines of what the app printed, and characters of each."""
MARKS = {"passed": "ok  ", "failed": "FAIL", "not run": "    "}


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failed scenario in words; its record keeps them."""
    report = yield
    record = item.stash.get(RECORD, None)
    if record is None or not report.failed or call.excinfo is None:
        return report
    error = call.excinfo.value
    world = getattr(item, "funcargs", {}).get("world")
    told = [f"  besides: {_said(error)}"] if record.account else _account(item, record, error)
    secrets = [*world.secrets(), *world.app.told()] if world else []
    lines = [redact(line, secrets) for line in told]
    record.account += lines
    if isinstance(error, VERDICTS) and item.config.option.tbstyle == "auto":
        report.longrepr = "\n".join(lines)
    return report


def _account(item: pytest.Item, record: Record, error: BaseException) -> Iterator[str]:
    row = f" [{' | '.join(record.row)}]" if record.row else ""
    yield f"{record.name}{row}, in the {record.world} world (features/{record.feature})"
    yield from _clauses(record, error)
    for step in record.steps:
        yield f"  {MARKS[step.outcome]} {step.keyword} {step.text}"
        if step.outcome == "failed":
            break
    yield from (f"  {line}" for line in _without_step(_said(error), record))
    yield from _circumstances(item, error)
    if (place := _place(error)) is not None:
        yield f"  the step is defined in {place}"
    yield f"  again: {command(item, record)}"


def _clauses(record: Record, error: BaseException) -> Iterator[str]:
    """Yield what the scenario is about; of an app that does not even start, that it is to."""
    if isinstance(error, NotReady):
        yield "  docs/integration-contract.md: it answers a PING within 10 s of its start, and ends within 10 s of SIGTERM"
        return
    clauses = every(load_all())
    for clause in (clauses[tag] for tag in record.tags if CLAUSE_TAG.fullmatch(tag) and tag in clauses):
        yield f"  {clause.id}: {clause.says}"


def _circumstances(item: pytest.Item, error: BaseException) -> Iterator[str]:
    """Yield what the systems did last, where the error does not tell it, and what the app printed last."""
    world = getattr(item, "funcargs", {}).get("world")
    if world is None or isinstance(error, NotReady):
        return
    if isinstance(error, NeverHappened):
        yield from (f"    {line}" for line in world.expect.circumstances())
    printed = world.app.output().strip().splitlines()[-MOST_PRINTED:]
    if printed:
        yield "    the app printed last:"
        yield from (f"      {line[:LONGEST_PRINTED]}" for line in printed)


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, VERDICTS) else f"{type(error).__name__}: {error}"


def _without_step(said: str, record: Record) -> Iterator[str]:
    """Yield the lines of what was said, without the sentence of the step, which stands above them already."""
    sentences = {f"{step.keyword} {step.text}" for step in record.steps}
    yield from (line for line in said.splitlines() if line not in sentences)


def _place(error: BaseException) -> str | None:
    """Return file and line of the step definition in which ``error`` arose."""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.parent.name == "steps":
            return f"steps/{path.name}:{frame.lineno}"
    return None


def _python() -> str:
    """Return the interpreter that runs this, as it is called from here."""
    here = Path.cwd()
    program = Path(sys.executable)
    return str(program.relative_to(here)) if program.is_relative_to(here) else str(program)


def command(item: pytest.Item, record: Record) -> str:
    """Return the command that runs this scenario again."""
    words = [_python(), "-m", "pytest", item.nodeid, "--world", record.world]
    option = item.config.option
    words += ["--integration", option.integration] if option.integration else []
    words += [word for name in option.extra for word in ("--with", name)]
    words += [word for name in option.without for word in ("--without", name)]
    return shlex.join(words)
