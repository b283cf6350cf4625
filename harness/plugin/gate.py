"""The inventory gate: what the features declare is what was run, once, in every chosen world.

It stands at the end of the session, in the process that sees all reports, so that it holds under xdist too.
"""

from functools import partial

import pytest

from harness.evidence.record import PROPERTY, Record
from harness.plugin.options import chosen_worlds, missing_worlds, uncovered_abilities
from harness.signoff.clauses import every, load_all
from harness.signoff.inventory import declared, defects, uncovered
from harness.signoff.reconcile import idle, lost, reconcile, unexcused
from harness.signoff.stepdefs import definitions, step_defects

RECORDS = pytest.StashKey[list[Record]]()
FINDINGS = pytest.StashKey[list[str]]()
LOST = pytest.StashKey[list[str]]()
"""Those of the findings that say what was not run: another run may make up for it."""


def is_worker(config: pytest.Config) -> bool:
    """Say whether this is one of xdist's workers, which see only part of the session."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Start with no records."""
    config.stash[RECORDS] = []
    config.stash[FINDINGS] = []
    config.stash[LOST] = []


class _Collector:
    """Collects the records that come with the reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._records = config.stash[RECORDS]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._records.extend(
            Record.from_json(str(text)) for name, text in report.user_properties if name == PROPERTY
        )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Listen to the reports."""
    if not is_worker(session.config):
        session.config.pluginmanager.register(_Collector(session.config), "acceptance-records")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if the features are defective or anything declared was not run."""
    config = session.config
    signing = config.getoption("--signoff") is not None
    interrupted = session.exitstatus == pytest.ExitCode.INTERRUPTED
    whole = not interrupted and (signing or _is_whole(session))
    if is_worker(config) or not (config.stash[RECORDS] or whole):
        return
    findings = config.stash[FINDINGS]
    clauses = every(load_all())
    findings += defects(declared(), clauses)
    findings += [f"no scenario shows the clause {clause}" for clause in uncovered(declared(), clauses)]
    findings += step_defects(declared(), definitions())
    findings += unexcused(config.stash[RECORDS], missing_worlds(config), partial(uncovered_abilities, config))
    records: list[Record] = config.stash[RECORDS]
    if whole:
        config.stash[LOST] += lost(declared(), records, chosen_worlds(config))
        findings += reconcile(config.stash[RECORDS], chosen_worlds(config))
    findings += [] if interrupted else idle(config.stash[RECORDS])
    if findings and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the gate found."""
    for world, reason in missing_worlds(config).items():
        terminalreporter.section(f"the {world} world was NOT RUN", red=True, bold=True)
        terminalreporter.line(reason, red=True)
    if findings := config.stash[FINDINGS]:
        terminalreporter.section("inventory gate", red=True)
        for finding in findings:
            terminalreporter.line(finding, red=True)


def _is_whole(session: pytest.Session) -> bool:
    """Say whether all features were asked for: no selection, no early stop."""
    option, config = session.config.option, session.config
    narrowed = option.keyword or option.markexpr or option.deselect or getattr(option, "lf", False)
    whole = any(_holds_features(session, arg) for arg in config.args)
    return whole and not (narrowed or option.collectonly or session.shouldstop or session.shouldfail)


def _holds_features(session: pytest.Session, arg: str) -> bool:
    if "::" in arg:
        return False
    features = session.config.rootpath / "features"
    path = session.config.invocation_params.dir / arg
    return features.is_relative_to(path) or path == features / "test_runbook.py"
