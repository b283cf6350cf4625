"""No command leaves anything in the machine's temporary folder: not when all is well, not after a failure or Ctrl-C."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.worlds.registry import why_no_browser

ROOT = Path(__file__).parents[2]
SCENARIO = "cancel_makes_no_key"
WITHIN = 60.0
PYTEST = """
import runpy
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("pytest", run_name="__main__")
"""
"""Hears Ctrl-C though whoever started these tests does not, as a command in the background does not."""

BREAKS = """
from tests.meta.page_mutants import MUTANTS

MUTANTS["page_creates_on_opening"]()
"""

pytestmark = pytest.mark.skipif(bool(why_no_browser()), reason="no browser on this machine")


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Return a folder that stands for the machine's temporary one."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


def features(temporary: Path, *options: str, **env: str) -> subprocess.Popen[str]:
    """Start one scenario of the browser world in a process group of its own, with ``temporary`` for temporary files."""
    quiet = ("-q", "-p", "no:cacheprovider")
    chosen = ("features", "--world", "browser", "-k", SCENARIO, "--evidence", str(temporary.parent))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", PYTEST, *chosen, *quiet, *options],
        cwd=ROOT,
        env=kept | {"TMPDIR": str(temporary)} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_a_failed_run_leaves_nothing(temporary: Path) -> None:
    """A run of the browser world that fails, and keeps a trace of that, leaves the temporary folder empty."""
    (temporary.parent / "breaks.py").write_text(BREAKS)
    run = features(temporary, "-n", "0", "-p", "breaks", PYTHONPATH=str(temporary.parent))
    said, _ = run.communicate(timeout=WITHIN)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, said
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("workers", ["0", "1"])
def test_an_interrupted_run_leaves_nothing(temporary: Path, workers: str) -> None:
    """Ctrl-C while the browser is at work leaves the temporary folder empty, under xdist too."""
    run = features(temporary, "-n", workers)
    try:
        wait_for_traces(temporary)
        os.killpg(run.pid, signal.SIGINT)
        said, _ = run.communicate(timeout=WITHIN)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode == pytest.ExitCode.INTERRUPTED, said
    assert list(temporary.iterdir()) == []


def wait_for_traces(temporary: Path) -> None:
    """Wait until the driver has made a folder for a trace: the browser is at work then."""
    end = time.monotonic() + WITHIN
    while not list(temporary.rglob("playwright-tracing-*")):
        if time.monotonic() >= end:
            pytest.fail("no browser was started")
