"""``--signoff DIR``: leave a pack behind that can be read, verified and approved."""

import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BadEpoch, NoPack
from harness.evidence.record import Record
from harness.evidence.scan import blind_spots
from harness.plugin.gate import FINDINGS, LOST, RECORDS, is_worker
from harness.plugin.live import ORIGIN
from harness.plugin.options import chosen_worlds
from harness.plugin.secrets import secrets_of_run, unknown_secrets
from harness.redaction import redact
from harness.signoff.clauses import load_all
from harness.signoff.integration import identity
from harness.signoff.last_lines import last_lines
from harness.signoff.leaks import leaks_in_data, remove_leaks, without_secrets
from harness.signoff.pack import now
from harness.signoff.pack.layout import ATTESTATION, RESULTS, SUMMARY, prepare
from harness.signoff.pack.pack import Pack, read
from harness.signoff.results import results
from harness.signoff.run import about_the_run, by_whom, times
from harness.signoff.staleness import stale_clauses
from harness.signoff.standards.summary import to_github
from harness.signoff.verdicts import SignOff, sign_off
from harness.signoff.writing import ON_REQUEST, write_pack
from harness.worlds.registry import RUNNING_COMMANDS, WORLDS

WRITTEN = pytest.StashKey[Pack]()
LEAKS = pytest.StashKey[list[str]]()
BEGAN = pytest.StashKey[tuple[datetime, float]]()
REFERENCE_NAME = "the reference integration"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Refuse a folder that cannot be a pack, before anything runs; remove the old pack: no verdict outlives its run."""
    folder = config.getoption("--signoff")
    if folder is None or is_worker(config):
        return
    config.stash[LEAKS] = []
    try:
        config.stash[BEGAN] = (now.now(), time.monotonic())
        prepare(folder)
    except (NoPack, BadEpoch) as error:
        raise pytest.UsageError(f"--signoff {error}") from None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the pack; runs after the gate has had its say, and fails the run if the verdict is not ``passed``."""
    config = session.config
    folder: Path | None = config.getoption("--signoff")
    if folder is None or is_worker(config):
        return
    secrets = secrets_of_run(config)
    findings: list[str] = config.stash[FINDINGS]
    findings += [*blind_spots(), *unknown_secrets(config), *_note(config, remove_leaks(folder, secrets))]
    records: list[Record] = config.stash[RECORDS]
    for record in records:
        record.evidence = [path for path in record.evidence if (folder / path).is_file()]
    signed, run = _sign(config), _run(config, config.stash[BEGAN][0])
    if leaks := leaks_in_data({RESULTS: results(signed), ATTESTATION: run}, secrets):
        findings += _note(config, leaks)
        signed = _sign(config)
    took = times(records, time.monotonic() - config.stash[BEGAN][1])
    clean = partial(without_secrets, secrets=secrets) if leaks else dict
    write_pack(
        folder,
        clean(results(signed)),
        took,
        clean(run),
        now.now().date(),
        standards=[ON_REQUEST[one] for one in config.getoption("--standard")],
    )
    config.stash[WRITTEN] = read(folder)
    to_github((folder / SUMMARY).read_text(encoding="utf-8"))
    if signed.verdict == "failed" and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _note(config: pytest.Config, leaks: list[str]) -> list[str]:
    """Remember what is to be said loudly, and return it."""
    config.stash[LEAKS] += leaks
    return leaks


def _sign(config: pytest.Config) -> SignOff:
    integration = _integration(config, config.stash.get(ORIGIN, None))
    records: list[Record] = config.stash[RECORDS]
    findings: list[str] = config.stash[FINDINGS]
    lost: list[str] = config.stash[LOST]
    source: Path | None = config.getoption("--runbook")
    return sign_off(
        load_all(),
        records,
        chosen_worlds(config),
        findings,
        integration,
        lost=lost,
        stale_clauses=stale_clauses(Path(source)) if source else {},
    )


def _run(config: pytest.Config, began: datetime) -> dict[str, Any]:
    """Return what the attestation says of the run."""
    worlds, origin = chosen_worlds(config), config.stash.get(ORIGIN, None)
    command = config.getoption("--integration") if set(worlds) & set(RUNNING_COMMANDS) else None
    agents = {agent for record in config.stash[RECORDS] for agent in record.agents}
    by = by_whom(config.getoption("--by") or (str(origin["by"]) if origin else None))
    return about_the_run(
        (began, now.now()),
        by,
        worlds,
        integration=identity(command, agents),
        seed=config.getoption("--seed"),
        command=[str(word) for word in config.invocation_params.args],
        live=origin,
    )


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
            terminalreporter.line(f"NOT FIT TO BE SHOWN: {leak}", red=True, bold=True)
        written = config.stash.get(WRITTEN, None)
        lines = last_lines(written, folder) if written else ["verdict: none: nothing was written"]
        for line in lines:
            terminalreporter.line(line)
