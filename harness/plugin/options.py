"""The command line: which worlds, which integration, where the sign-off goes."""

import argparse
import os
from pathlib import Path

import pytest

from harness.errors import BadCommand, BadScreens
from harness.pages.screens.current import use
from harness.signoff.writing import ON_REQUEST
from harness.worlds.abilities import ASKED, EXTRA, not_covered
from harness.worlds.command import check_command
from harness.worlds.registry import DEFAULT, RUNNING_COMMANDS, WORLDS

LONGEST_DEADLINE = 3_600
_PROCESSES = " and ".join(RUNNING_COMMANDS)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the harness's options."""
    group = parser.getgroup("acceptance harness")
    group.addoption(
        "--world",
        action="append",
        choices=list(WORLDS),
        help=f"a world to run the features in; repeatable; default: {DEFAULT}",
    )
    group.addoption(
        "--allow-missing-worlds",
        action="store_true",
        help="report a world that this machine cannot run as not run, instead of refusing to begin",
    )
    _add_what_is_tested(group)
    group.addoption(
        "--axe",
        action="store_true",
        help="check every page state that the browser world reaches for accessibility (for work on the fakes' pages)",
    )
    group.addoption(
        "--screens",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="what pages call otherwise than harness/pages/screens says, such as python -m harness pages proposes; repeatable",
    )
    _add_what_is_kept(group)


def _add_what_is_tested(group: pytest.OptionGroup) -> None:
    """Add the options about the integration under test."""
    group.addoption(
        "--integration",
        metavar="COMMAND",
        help=f"the integration to test in the {_PROCESSES} worlds, by docs/integration-contract.md; default: the reference one",
    )
    group.addoption(
        "--without",
        action="append",
        choices=list(ASKED),
        default=[],
        help="what the integration cannot do: shown as not covered; repeatable",
    )
    group.addoption(
        "--with",
        action="append",
        dest="extra",
        choices=list(EXTRA),
        default=[],
        help="what --integration does beyond version 1 of the contract: tested only then; repeatable",
    )
    group.addoption(
        "--deadline",
        metavar="SECONDS",
        type=_seconds,
        default=30.0,
        help=f"how long the {_PROCESSES} worlds wait for something to be seen; default: 30",
    )
    group.addoption(
        "--seed",
        metavar="NUMBER",
        type=int,
        default=0,
        help="other names, addresses and ids than usual, the same for the same number, to repeat a run that is not the same",
    )


def _add_what_is_kept(group: pytest.OptionGroup) -> None:
    """Add the options about what a run leaves, and what it is held against."""
    group.addoption("--signoff", metavar="DIR", type=Path, help="write a sign-off pack into this folder")
    group.addoption(
        "--standard",
        action="append",
        choices=list(ON_REQUEST),
        default=[],
        help="a further form in the sign-off pack: Cucumber Messages, results for Allure; repeatable",
    )
    group.addoption(
        "--by",
        metavar="NAME",
        help="who makes the run, for the sign-off; default: the name of the account on this machine",
    )
    group.addoption(
        "--evidence",
        metavar="DIR",
        type=Path,
        default=Path("build"),
        help="where what failed is kept when nothing is signed off, below DIR/evidence; default: build",
    )
    group.addoption(
        "--runbook",
        "--runbook-source",
        dest="runbook_source",
        metavar="FILE",
        type=Path,
        default=os.environ.get("RUNBOOK_SOURCE"),
        help="the runbook's own document: a clause whose sentence has changed there counts as stale; default: $RUNBOOK_SOURCE",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be, before anything runs."""
    _check_worlds(config)
    try:
        use(config.getoption("--screens"))
    except BadScreens as error:
        raise pytest.UsageError(f"--screens: {error}") from None
    source = config.getoption("--runbook-source")
    if source is not None and not Path(source).is_file():
        raise pytest.UsageError(f"--runbook: there is no file {source}")
    command = config.getoption("--integration")
    if command is None:
        return
    if not set(RUNNING_COMMANDS) & set(chosen_worlds(config)):
        raise pytest.UsageError(
            f"--integration COMMAND needs --world {' or '.join(RUNNING_COMMANDS)}: "
            "the others run the reference integration"
        )
    try:
        check_command(command)
    except BadCommand as error:
        raise pytest.UsageError(f"--integration: {error}") from None


def _check_worlds(config: pytest.Config) -> None:
    """Refuse worlds that this machine cannot run, unless that is allowed and others remain."""
    chosen = chosen_worlds(config)
    missing = missing_worlds(config)
    if missing and not config.getoption("--allow-missing-worlds"):
        reasons = "; ".join(
            f"--world {name} cannot be run on this machine: {why}" for name, why in missing.items()
        )
        raise pytest.UsageError(f"{reasons} (--allow-missing-worlds runs what is left)")
    if len(missing) == len(chosen):
        raise pytest.UsageError(f"nothing is left to run: {'; '.join(missing.values())}")


def missing_worlds(config: pytest.Config) -> dict[str, str]:
    """Return the chosen worlds that this machine cannot run at all, each with the reason."""
    return {name: why for name in chosen_worlds(config) if (why := WORLDS[name].why_not)}


def chosen_worlds(config: pytest.Config) -> list[str]:
    """Return the worlds to run in, each once, in the order given."""
    return list(dict.fromkeys(config.getoption("--world") or [DEFAULT]))


def uncovered_abilities(config: pytest.Config, world: str) -> dict[str, str]:
    """Return which abilities the integration that runs in ``world`` is not asked for, each with the reason."""
    option = config.option
    own = option.integration is None or world not in RUNNING_COMMANDS
    return not_covered(own=own, without=option.without, extra=option.extra)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_DEADLINE:
        raise argparse.ArgumentTypeError(
            f"a number of seconds up to {LONGEST_DEADLINE} is expected, not {text!r}"
        )
    return seconds
