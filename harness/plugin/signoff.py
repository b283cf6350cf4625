"""``--signoff DIR``: leave the results and the report behind."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.scan import secrets_found
from harness.plugin.gate import FINDINGS, RECORDS, is_worker
from harness.plugin.live import ORIGIN
from harness.plugin.options import chosen_worlds
from harness.redaction import redact
from harness.signoff.clauses import load_all
from harness.signoff.report import as_html
from harness.signoff.results import as_json
from harness.signoff.verdicts import sign_off
from harness.worlds.registry import WORLDS
from harness.worlds.tenants import WEBHOOK

VERDICT = pytest.StashKey[str]()
LEAKS = pytest.StashKey[list[str]]()
RESULTS, REPORT, EVIDENCE = "results.json", "signoff.html", "evidence"
REFERENCE_NAME = "the reference integration"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Refuse a folder that cannot be one, before anything runs."""
    folder = config.getoption("--signoff")
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise pytest.UsageError(f"--signoff {folder}: this is a file; name a folder")
    if not is_worker(config):
        for name in (RESULTS, REPORT):
            (folder / name).unlink(missing_ok=True)  # an old verdict must not outlive a run that never ends
        shutil.rmtree(folder / EVIDENCE, ignore_errors=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the pack; runs after the gate has had its say, and fails the run if the verdict is not ``passed``."""
    config = session.config
    folder: Path | None = config.getoption("--signoff")
    if folder is None or is_worker(config):
        return
    records, findings = config.stash[RECORDS], config.stash[FINDINGS]
    origin = config.stash.get(ORIGIN, None)
    integration = _integration(config, origin)
    result = sign_off(load_all(), records, chosen_worlds(config), findings, integration)
    config.stash[VERDICT] = (
        result.verdict if result.complete else f"{result.verdict}, but not everything was tested"
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULTS).write_text(as_json(result), encoding="utf-8")
    (folder / REPORT).write_text(as_html(result, origin), encoding="utf-8")
    if leaks := secrets_found(folder, [WEBHOOK.password]):
        config.stash[LEAKS] = leaks
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if result.verdict == "failed" and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _integration(config: pytest.Config, origin: Mapping[str, Any] | None) -> str:
    """Return what was tested: the command's integration in the local worlds, the real app in the live one."""
    names = []
    if any(not WORLDS[name].goes_live for name in chosen_worlds(config)):
        names.append(redact(config.getoption("--integration") or REFERENCE_NAME))
    if origin is not None:
        names.append(f"the Klaviyo App {origin['app']!r} at {origin['gladly']['url']}")
    return ", and ".join(names) or "none"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the report is."""
    folder = config.getoption("--signoff")
    if folder is not None:
        terminalreporter.section("sign-off")
        for leak in config.stash.get(LEAKS, []):
            terminalreporter.line(f"NOT FIT TO BE SHOWN: a secret stands in {leak}", red=True, bold=True)
        terminalreporter.line(f"verdict: {config.stash.get(VERDICT, 'none: nothing was written')}")
        terminalreporter.line(f"report: {folder / REPORT}")
        terminalreporter.line(f"data:   {folder / RESULTS}")
