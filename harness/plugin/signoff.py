"""``--signoff DIR``: leave the results and the report behind."""

from pathlib import Path

import pytest

from harness.evidence.redaction import redact
from harness.plugin.gate import FINDINGS, RECORDS, is_worker
from harness.plugin.options import chosen_worlds
from harness.signoff.clauses import load_all
from harness.signoff.report import as_html
from harness.signoff.results import as_json
from harness.signoff.verdicts import sign_off

REFERENCE_NAME = "the reference integration"


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a folder that cannot be one, before anything runs."""
    folder = config.getoption("--signoff")
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise pytest.UsageError(f"--signoff {folder}: this is a file; name a folder")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the pack; runs after the gate has had its say, and fails the run if the verdict is not ``passed``."""
    config = session.config
    folder: Path | None = config.getoption("--signoff")
    if folder is None or is_worker(config):
        return
    records, findings = config.stash[RECORDS], config.stash[FINDINGS]
    integration = redact(config.getoption("--integration") or REFERENCE_NAME)
    result = sign_off(load_all(), records, chosen_worlds(config), findings, integration)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(as_json(result), encoding="utf-8")
    (folder / "signoff.html").write_text(as_html(result), encoding="utf-8")
    if result.verdict == "failed" and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the report is."""
    folder = config.getoption("--signoff")
    if folder is not None:
        terminalreporter.section("sign-off")
        terminalreporter.line(f"report: {folder / 'signoff.html'}")
        terminalreporter.line(f"data:   {folder / 'results.json'}")
