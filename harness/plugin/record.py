"""Keeps the record of every scenario and sends it along with the test's last report."""

from collections.abc import Generator
from typing import Any

import pytest
from pytest_bdd.parser import Scenario as BddScenario
from pytest_bdd.scenario import scenario_wrapper_template_registry

from harness.errors import NotAsExpected
from harness.evidence.record import PROPERTY, Record, StepRecord
from harness.plugin.item import RECORD
from harness.redaction import redact
from harness.signoff.inventory import CLAUSE_TAG, NEEDS_TAG, PLAIN_TAGS

_LONGEST_REASON = 600


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
    steps = [StepRecord(step.keyword, step.name) for step in scenario.steps]
    return Record(
        template.feature.rel_filename.removeprefix("features/"),
        rule,
        template.name,
        tuple(row.values()),
        params["world_name"],
        tuple(tags),
        steps,
    )


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
        record.end("not run", _skip_reason(report))
    elif report.failed:
        record.end("failed", _reason(item, call))
    elif report.when == "call":
        record.end("passed")
    if report.when == "teardown":
        report.user_properties.append((PROPERTY, record.to_json()))
    return report


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
