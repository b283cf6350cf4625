"""Whole runs of pytest, seen from outside: the gate, the worlds, the traceback, xdist."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_pytest(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a process of its own, without the settings of this run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *options]
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, env=kept | env, capture_output=True, text=True, timeout=170, check=False
    )


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_partial_sign_off_is_failed(tmp_path: Path, workers: str) -> None:
    """What was deselected is declared but not executed: the run and the report fail, under xdist too."""
    run = run_pytest("features", "-k", "closing_twice", "--signoff", str(tmp_path / "pack"), "-n", workers)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout
    assert "declared but not executed in memory: testing/following_the_runbook.feature" in run.stdout
    results = json.loads((tmp_path / "pack" / "results.json").read_text())
    assert (results["verdict"], results["counts"]["passed"]) == ("failed", 1)
    assert "Not passed" in (tmp_path / "pack" / "signoff.html").read_text()


def test_a_machine_without_a_browser_says_so_loudly(tmp_path: Path) -> None:
    """Without a browser the browser world is reported as not run, with the reason, and the sign-off says so."""
    pack = tmp_path / "pack"
    run = run_pytest(
        *("features", "--world", "memory", "--world", "browser", "--allow-missing-worlds"),
        *("--signoff", str(pack)),
        CHROMIUM_PATH="/no",
    )
    assert run.returncode == pytest.ExitCode.OK, run.stdout
    assert "the browser world was NOT RUN" in run.stdout
    assert "CHROMIUM_PATH names '/no'" in run.stdout
    assert "passed, but not everything was tested" in run.stdout
    assert "The browser world was not run." in (pack / "signoff.html").read_text()


def test_a_pack_with_a_key_in_it_fails_the_run(tmp_path: Path) -> None:
    """A finished pack in which a key stands is not fit to be shown: the run fails and names the file."""
    (tmp_path / "notes.txt").write_text("pk_" + "0a" * 17)
    run = run_pytest("features", "--signoff", str(tmp_path))
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "NOT FIT TO BE SHOWN: a secret stands in notes.txt" in run.stdout


def test_the_step_that_went_wrong_behind_its_back_is_the_failed_one(tmp_path: Path) -> None:
    """A complaint after a step fails that step in the results, not the one after it."""
    run_pytest(
        *("features", "-p", "tests.meta.mutants", "-k", "test_an_agent_opens_a_conversation", "-n", "0"),
        *("--signoff", str(tmp_path)),
        MUTANT="print_the_token",
    )
    scenarios = json.loads((tmp_path / "results.json").read_text())["scenarios"]
    [steps] = [[step["outcome"] for step in one["steps"]] for one in scenarios if one["outcome"] == "failed"]
    assert steps.count("failed") == 1
    assert steps[: steps.index("failed")] == ["passed"] * steps.index("failed")


def test_a_partial_run_without_sign_off_is_fine() -> None:
    """Selecting a scenario while working is no offence."""
    run = run_pytest("features", "-k", "closing_twice")
    assert run.returncode == pytest.ExitCode.OK, run.stdout


def test_any_order_and_two_workers_give_the_same_bytes(tmp_path: Path) -> None:
    """Results and report do not depend on the order or the number of workers."""
    packs = []
    for name, options in {"one": ["-p", "no:randomly"], "two": ["-n", "2"]}.items():
        run = run_pytest("features", "--signoff", str(tmp_path / name), *options)
        assert run.returncode == pytest.ExitCode.OK, run.stdout
        packs.append([(tmp_path / name / file).read_bytes() for file in ("results.json", "signoff.html")])
    assert packs[0] == packs[1]


def test_the_traceback_is_one_stack() -> None:
    """In the memory world an unknown call of the integration fails with step, actor, integration and fake in one stack."""
    run = run_pytest(
        *("features", "-p", "tests.meta.mutants", "-k", "test_an_agent_opens_a_conversation", "--tb=short"),
        *("-n", "0"),
        MUTANT="call_an_unknown_route",
    )
    places = [
        "steps/conversations.py",
        "harness/actors/api/gladly.py",
        "integration/dispatcher.py",
        "fakes/core/web.py",
    ]
    found = [run.stdout.rindex(f"{place}:") for place in places]
    assert found == sorted(found), run.stdout
    assert "nearest known route: POST /api/events" in run.stdout


def test_what_a_world_cannot_run_is_said_with_the_reason() -> None:
    """A scenario that needs pages is skipped visibly, with the capability named."""
    run = run_pytest("features", "-k", "cancel_makes_no_key", "-rs")
    assert "1 skipped" in run.stdout
    assert "not run in the memory world: it needs pages (the systems' web pages can be used)" in run.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--world", "live"], "--world live: not built yet"),
        (["--world", "moon"], "invalid choice: 'moon'"),
        (["--integration", "true"], "--integration COMMAND needs --world http or browser"),
        (["--world", "http", "--integration", "no-such-program x"], "there is no program 'no-such-program'"),
        (["--world", "http", "--integration", "'"], "No closing quotation"),
        (["--world", "http", "--integration", ""], "the command is empty"),
        (["--deadline", "soon"], "a number of seconds up to 3600 is expected, not 'soon'"),
        (["--signoff", "pyproject.toml"], "this is a file; name a folder"),
        (["--runbook-source", "no-such-file"], "there is no file no-such-file"),
    ],
)
def test_bad_options_are_refused_with_a_word_on_what_to_do(options: list[str], message: str) -> None:
    """A mistake on the command line ends before anything runs, without a traceback."""
    run = run_pytest("features", "--collect-only", *options)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert message in run.stderr + run.stdout
    assert "Traceback" not in run.stderr


SIGNED = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if "closing_twice" in item.name:
            item.add_marker(pytest.mark.{mark})
"""


@pytest.mark.parametrize("mark", ["skip", "xfail(strict=False)"])
def test_nobody_can_excuse_a_scenario_by_hand(tmp_path: Path, mark: str) -> None:
    """A scenario that is skipped or expected to fail although its world can run it fails the run and the report."""
    (tmp_path / "excuses.py").write_text(SIGNED.format(mark=mark))
    run = run_pytest(
        *("features", "-p", "excuses", "--signoff", str(tmp_path / "pack"), "-n", "0"),
        PYTHONPATH=str(tmp_path),
    )
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout
    results = json.loads((tmp_path / "pack" / "results.json").read_text())
    assert results["verdict"] == "failed"


def test_a_pack_does_not_outlive_a_failed_start(tmp_path: Path) -> None:
    """A run that is refused leaves no verdict of an earlier one behind."""
    (tmp_path / "results.json").write_text('{"verdict": "passed"}')
    run_pytest("features", "--collect-only", "--signoff", str(tmp_path), "--world", "live")
    assert not (tmp_path / "results.json").exists()
