"""The command line: which worlds, which integration, where the sign-off goes."""

import argparse
import os
from pathlib import Path

import pytest

from harness.worlds.command import BadCommand, check_command
from harness.worlds.world import WORLD_NAMES

LONGEST_DEADLINE = 3_600
BUILT = ("memory", "http", "browser")
PROCESSES = ("http", "browser")
"""The worlds in which the integration runs in a process of its own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the harness's options."""
    group = parser.getgroup("acceptance harness")
    group.addoption(
        "--world",
        action="append",
        choices=WORLD_NAMES,
        help="a world to run the features in; repeatable; default: memory",
    )
    group.addoption(
        "--integration",
        metavar="COMMAND",
        help="the integration to test in the http and browser worlds, by docs/integration-contract.md; default: the reference one",
    )
    group.addoption(
        "--deadline",
        metavar="SECONDS",
        type=_seconds,
        default=30.0,
        help="how long the http and browser worlds wait for something to be seen; default: 30",
    )
    group.addoption(
        "--axe",
        action="store_true",
        help="check every page state that the browser world reaches for accessibility (for work on the fakes' pages)",
    )
    group.addoption("--signoff", metavar="DIR", type=Path, help="write a sign-off pack into this folder")
    group.addoption(
        "--evidence",
        metavar="DIR",
        type=Path,
        default=Path("build"),
        help="where what failed is kept when nothing is signed off, below DIR/evidence; default: build",
    )
    group.addoption(
        "--runbook-source",
        metavar="FILE",
        type=Path,
        default=os.environ.get("RUNBOOK_SOURCE"),
        help="the runbook's own document, to check that its clauses are still its own; default: $RUNBOOK_SOURCE",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be, before anything runs."""
    for name in chosen_worlds(config):
        if name not in BUILT:
            raise pytest.UsageError(
                f"--world {name}: not built yet; the worlds there are: {', '.join(BUILT)}"
            )
    source = config.getoption("--runbook-source")
    if source is not None and not Path(source).is_file():
        raise pytest.UsageError(f"--runbook-source: there is no file {source}")
    command = config.getoption("--integration")
    if command is None:
        return
    if not set(PROCESSES) & set(chosen_worlds(config)):
        raise pytest.UsageError(
            "--integration COMMAND needs --world http or browser: the others run the reference integration"
        )
    try:
        check_command(command)
    except BadCommand as error:
        raise pytest.UsageError(f"--integration: {error}") from None


def chosen_worlds(config: pytest.Config) -> list[str]:
    """Return the worlds to run in, each once, in the order given."""
    return list(dict.fromkeys(config.getoption("--world") or ["memory"]))


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
