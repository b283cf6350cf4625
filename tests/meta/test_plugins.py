"""The plugins, seen from outside: worlds that cannot start, and failures that no step sees, whatever plugin comes first."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.small_project import ROOT, SmallProject

NO_BROWSER = {"CHROMIUM_PATH": "/no"}
SCENARIO = ("features", "-k", "test_an_agent_opens_a_conversation", "-n", "0")
ANOTHER_ORDER = [
    *("-p", "harness.plugin.worlds", "-p", "harness.plugin.steps", "-p", "harness.plugin.record"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
]
"""Registers plugins the other way round, before conftest.py names them."""
PRINTS_AT_ITS_END = """
from integration.service import Service

real = Service.close

def close(self):
    print("pk_" + "0f" * 17, "canary-webhook-password-4f1b9c")
    real(self)

Service.close = close
"""
BREAKS = """
from tests.meta.page_mutants import MUTANTS

MUTANTS["print_the_token"]()
"""


def run_pytest(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on the features in a process of its own, without the settings of this run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *options]
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, env=kept | env, capture_output=True, text=True, timeout=170, check=False
    )


def test_a_world_that_cannot_start_is_an_error(project: SmallProject) -> None:
    """Asking for a world that this machine cannot run ends the run before it begins, with the reason and what to do."""
    run = project.run("--world", "memory", "--world", "browser", **NO_BROWSER)
    assert run.code == pytest.ExitCode.USAGE_ERROR
    said = run.printed
    assert "--world browser cannot be run on this machine: CHROMIUM_PATH names '/no'" in said
    assert "--allow-missing-worlds runs what is left" in said


def test_a_missing_world_may_be_allowed(project: SmallProject) -> None:
    """With --allow-missing-worlds the other worlds are run, and the missing one is named loudly."""
    run = project.run(
        *("-k", "test_it_happens", "--world", "memory", "--world", "browser"),
        "--allow-missing-worlds",
        **NO_BROWSER,
    )
    assert run.code == pytest.ExitCode.OK, run.printed
    assert "3 passed, 3 skipped" in run.printed
    assert "the browser world was NOT RUN" in run.printed


def test_nothing_left_to_run_is_an_error(project: SmallProject) -> None:
    """Even where missing worlds are allowed, a run without any world is none."""
    run = project.run("--world", "browser", "--allow-missing-worlds", **NO_BROWSER)
    assert run.code == pytest.ExitCode.USAGE_ERROR
    assert "nothing is left to run" in run.printed


@pytest.mark.parametrize("target", ["test", "signoff"])
@pytest.mark.parametrize(("ci", "allowed"), [("", True), ("true", False)])
def test_worlds_may_be_missing_on_a_persons_machine_only(target: str, ci: str, allowed: bool) -> None:
    """The commands allow a missing world where a person reads what is said, never in CI."""
    words = ["make", "--dry-run", "--no-print-directory", target]
    env = os.environ | {"CI": ci}
    run = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    [line] = [line for line in run.stdout.splitlines() if "--world browser" in line]
    assert ("--allow-missing-worlds" in line) is allowed


def test_ci_leaves_no_world_out() -> None:
    """What CI runs says that it is CI, so that a world that cannot be run there fails the run."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.index('export CI="${CI:-true}"') < script.index("make test")


def test_a_failure_after_the_last_step_is_seen_in_any_order(tmp_path: Path) -> None:
    """What goes wrong when all steps have passed fails the run and the record, whichever plugin is registered first."""
    (tmp_path / "prints.py").write_text(PRINTS_AT_ITS_END)
    pack = tmp_path / "pack"
    run = run_pytest(
        *SCENARIO, *ANOTHER_ORDER, "-p", "prints", "--signoff", str(pack), PYTHONPATH=str(tmp_path)
    )
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    [record] = json.loads((pack / "results.json").read_text())["scenarios"]
    assert record["outcome"] == "failed"
    assert record["reason"].startswith("StrictnessError: the app has printed WEBHOOK_PASSWORD")
    assert {step["outcome"] for step in record["steps"]} == {"passed"}


def test_a_failure_behind_a_step_is_that_steps_in_any_order(tmp_path: Path) -> None:
    """What goes wrong behind a step's back is the failure of that step, whichever plugin is registered first."""
    (tmp_path / "breaks.py").write_text(BREAKS)
    pack = tmp_path / "pack"
    run_pytest(*SCENARIO, *ANOTHER_ORDER, "-p", "breaks", "--signoff", str(pack), PYTHONPATH=str(tmp_path))
    [record] = json.loads((pack / "results.json").read_text())["scenarios"]
    assert [step["outcome"] for step in record["steps"]] == ["passed", "failed", "not run", "not run"]
