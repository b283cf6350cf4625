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
from harness.signoff.pack.layout import APPROVALS, ATTESTATION, RESULTS, SUMMARY, check, prepare
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
STALE = pytest.StashKey[dict[str, str]]()
INTEGRATION = pytest.StashKey[dict[str, Any]]()
BEGAN = pytest.StashKey[tuple[datetime, float]]()
REFERENCE_NAME = "the reference integration"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be, before anything runs, and remove an old pack: no verdict outlives its run.

    One that somebody has approved is removed only when the session begins: a mistake on the command line costs nobody that.
    """
    folder = _folder(config)
    if folder is None:
        return
    config.stash[LEAKS] = []
    try:
        config.stash[BEGAN] = (now.now(), time.monotonic())
        check(folder)
        if not (folder / APPROVALS).exists():
            prepare(folder)
        source = config.getoption("--runbook")
        config.stash[STALE] = stale_clauses(Path(source)) if source and Path(source).is_file() else {}
    except (NoPack, BadEpoch) as error:
        raise pytest.UsageError(f"--signoff {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise pytest.UsageError(f"--signoff or --runbook: {error}") from None


def _folder(config: pytest.Config) -> Path | None:
    """Return where the pack goes, in the process that writes one; None where none is written."""
    folder: Path | None = config.getoption("--signoff")
    return None if is_worker(config) else folder


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Make the folder ready, and note which integration is there to be tested: its files may change while it runs."""
    config = session.config
    folder = _folder(config)
    if folder is None or config.option.collectonly:
        return
    prepare(folder)
    config.stash[INTEGRATION] = identity(_command(config))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the pack; runs after the gate has had its say, and fails the run if the verdict is not ``passed``."""
    config = session.config
    folder = _folder(config)
    if folder is None or INTEGRATION not in config.stash:
        return
    try:
        verdict = _write(config, folder)
    except (OSError, NoPack) as error:
        config.stash[LEAKS].append(f"the pack could not be written: {redact(str(error))}")
        verdict = "failed"
    if verdict == "failed" and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _write(config: pytest.Config, folder: Path) -> str:
    """Write the pack and return its verdict."""
    secrets = secrets_of_run(config)
    findings: list[str] = config.stash[FINDINGS]
    findings += [*blind_spots(), *unknown_secrets(config), *_note(config, remove_leaks(folder, secrets))]
    findings += _without_evidence(config, folder)
    signed, run = _sign(config), _run(config, config.stash[BEGAN][0])
    if leaks := leaks_in_data({RESULTS: results(signed), ATTESTATION: run}, secrets):
        findings += _note(config, leaks)
        signed = _sign(config)
    records: list[Record] = config.stash[RECORDS]
    took = times(records, time.monotonic() - config.stash[BEGAN][1])
    clean = partial(without_secrets, secrets=secrets) if leaks else dict
    standards = [ON_REQUEST[one] for one in config.getoption("--standard")]
    write_pack(folder, clean(results(signed)), took, clean(run), today=now.now().date(), standards=standards)
    config.stash[WRITTEN] = read(folder)
    to_github((folder / SUMMARY).read_text(encoding="utf-8"))
    return signed.verdict


def _without_evidence(config: pytest.Config, folder: Path) -> list[str]:
    """Take out of the records what is not there, and return a finding for each whose evidence is gone unsaid."""
    leaks: list[str] = config.stash[LEAKS]
    records: list[Record] = config.stash[RECORDS]
    said = " ".join(leaks)
    found = []
    for record in records:
        gone = [path for path in record.evidence if not (folder / path).is_file()]
        record.evidence = [path for path in record.evidence if path not in gone]
        found += [f"the evidence {path} is gone" for path in gone if path not in said]
    return found


def _note(config: pytest.Config, leaks: list[str]) -> list[str]:
    """Remember what is to be said loudly, and return it."""
    config.stash[LEAKS] += leaks
    return leaks


def _sign(config: pytest.Config) -> SignOff:
    integration = _integration(config, config.stash.get(ORIGIN, None))
    records: list[Record] = config.stash[RECORDS]
    findings: list[str] = config.stash[FINDINGS]
    lost: list[str] = config.stash[LOST]
    stale: dict[str, str] = config.stash[STALE]
    origin = config.stash.get(ORIGIN, None)
    return sign_off(
        load_all(),
        records,
        chosen_worlds(config),
        findings,
        integration,
        lost=lost,
        stale_clauses=stale,
        is_rehearsal=bool(origin and origin["rehearsal"]),
    )


def _run(config: pytest.Config, began: datetime) -> dict[str, Any]:
    """Return what the attestation says of the run."""
    worlds, origin = chosen_worlds(config), config.stash.get(ORIGIN, None)
    agents = {agent for record in config.stash[RECORDS] for agent in record.agents}
    by = by_whom(config.getoption("--by") or (str(origin["by"]) if origin else None))
    return about_the_run(
        (began, now.now()),
        by,
        worlds,
        integration=config.stash[INTEGRATION] | {"says": ", ".join(sorted(agents))},
        seed=config.getoption("--seed"),
        command=[str(word) for word in config.invocation_params.args],
        live=origin,
    )


def _command(config: pytest.Config) -> str | None:
    """Return the command of the integration that is tested; None for the reference one."""
    runs_commands = set(chosen_worlds(config)) & set(RUNNING_COMMANDS)
    command: str | None = config.getoption("--integration") if runs_commands else None
    return command


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
