"""Keeps the record of every scenario and sends it along with the test's last report."""

from collections.abc import Generator
from typing import Any

import pytest
from pytest_bdd.exceptions import StepDefinitionNotFoundError
from pytest_bdd.parser import Scenario as BddScenario
from pytest_bdd.scenario import scenario_wrapper_template_registry

from harness.errors import AmbiguousStep, NotAsExpected
from harness.evidence.record import PROPERTY, Kind, Record, StepRecord
from harness.plugin.crash import forget_what_runs, note_what_runs
from harness.plugin.item import RECORD
from harness.plugin.worlds import why_not
from harness.redaction import redact
from harness.signoff.inventory import CLAUSE_TAG, NEEDS_TAG, PLAIN_TAGS
from harness.signoff.reconcile import REASON
from harness.worlds.registry import LIVE, WORLDS

_LONGEST_REASON = 600
_SENT = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_apply_tag(tag: str, function: Any) -> bool | None:
    """Turn a feature's tags into the registered marks ``clause`` and ``needs``; leave others to pytest-bdd."""
    if match := NEEDS_TAG.fullmatch(tag):
        pytest.mark.needs(match[1])(function)
        return True
    if tag in PLAIN_TAGS:
        return True
    if CLAUSE_TAG.fullmatch(tag):
        pytest.mark.clause(tag)(function)
        return True
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every scenario its record before anything is run."""
    for item in items:
        if (record := _new_record(item)) is not None:
            item.stash[RECORD] = record


def _new_record(item: pytest.Item) -> Record | None:
    if not isinstance(item, pytest.Function):
        return None
    template = scenario_wrapper_template_registry.get(item.function)
    if template is None:
        return None
    params: dict[str, Any] = item.callspec.params
    row: dict[str, str] = params.get("_pytest_bdd_example", {})
    scenario: BddScenario = template.render(row)
    rule = template.rule.name if template.rule else ""
    tags = sorted({*template.tags, *template.feature.tags, *(template.rule.tags if template.rule else ())})
    is_empty = len(template.steps) == len(template.all_background_steps)
    steps = [] if is_empty else [StepRecord(step.keyword, step.name) for step in scenario.steps]
    return Record(
        template.feature.rel_filename.removeprefix("features/"),
        rule,
        template.name,
        tuple(row.values()),
        params["world_name"],
        tuple(tags),
        steps,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give a scenario that is run once more a record of its own: what came of it before stays as it was told."""
    if item.stash.get(_SENT, False) and (again := _new_record(item)) is not None:
        item.stash[RECORD], item.stash[_SENT] = again, False
    note_what_runs(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fill in the outcome, phase by phase, and attach the record to the report of the last one."""
    report = yield
    if (record := item.stash.get(RECORD, None)) is None:
        return report
    if hasattr(report, "wasxfail"):
        record.end("failed", f"marked as expected to fail, which nobody can sign: {report.wasxfail}")
    elif report.skipped:
        reason = _skip_reason(report)
        record.end("not run", reason, _kind_of_skip(item, record, reason))
    elif report.failed:
        record.end("failed", _reason(item, call), _kind_of_failure(report, call))
    elif report.when == "call" and record.steps:
        record.end("passed")
    elif report.when == "call":
        record.end("failed", "it has no steps, so it shows nothing")
    if report.when == "teardown":
        report.user_properties.append((PROPERTY, record.to_json()))
        item.stash[_SENT] = True
        forget_what_runs(item)
    return report


def _kind_of_skip(item: pytest.Item, record: Record, reason: str) -> Kind:
    """Say whether the world cannot run it, the integration is not asked for it, or somebody skipped it."""
    if WORLDS[record.world].why_not or (record.world == LIVE and reason.startswith(REASON)):
        return "needs"
    for mark in item.iter_markers("needs"):
        if reason == why_not(item.config, record.world, mark.args[0]):
            return "not covered" if mark.args[0] in WORLDS[record.world].capabilities else "needs"
    return "skipped"


def _kind_of_failure(report: pytest.TestReport, call: pytest.CallInfo[None]) -> Kind:
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, StepDefinitionNotFoundError):
        return "undefined"
    if isinstance(error, AmbiguousStep):
        return "ambiguous"
    return "teardown" if report.when == "teardown" else ""


def _skip_reason(report: pytest.TestReport) -> str:
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "skipped"


def _reason(item: pytest.Item, call: pytest.CallInfo[None]) -> str:
    world = getattr(item, "funcargs", {}).get("world")
    text = "failed without an exception"
    if call.excinfo:
        error = call.excinfo.value
        # The lines of the journal have times: a record says the same whenever the scenario fails in the same way.
        said = error.summary if isinstance(error, NotAsExpected) else str(error)
        text = f"{call.excinfo.typename}: {said}"
    return redact(text, world.secrets() if world else ())[:_LONGEST_REASON]
