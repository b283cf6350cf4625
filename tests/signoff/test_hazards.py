"""What pytest-bdd, pytest and xdist hide is told truly in the results, in one process and with two workers.

One run has all the hazards, so that none hides another.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.signoff.pack.verify import problems
from tests.meta.small_project import Run, SmallProject
from tests.signoff import hazards_project

OPTIONS = ("-v", "-p", "hazards", "--without", "legacy")
"""The project's own runs are quiet: this makes them as loud as usual."""
DOTS = re.compile(r"^(features/test_runbook.py )?[.FEsx]{2,}", re.MULTILINE)


@pytest.fixture(scope="module")
def hazards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallProject]:
    """Return the project in which everything goes wrong."""
    project = SmallProject(tmp_path_factory.mktemp("hazards"), hazards_project.files)
    yield project
    project.close()


@pytest.fixture(scope="module", params=["0", "2"])
def ended(
    request: pytest.FixtureRequest, hazards: SmallProject, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Run, Any]:
    """Return the number of workers, how the run ended, and its results."""
    pack = tmp_path_factory.mktemp("signed") / "pack"
    run = hazards.run(*OPTIONS, "-n", request.param, "--signoff", str(pack))
    assert problems(pack) == []  # a pack that tells of all this is a whole one all the same
    return request.param, run, json.loads((pack / "results.json").read_text())


def told(results: Any, name: str) -> list[tuple[str, str, list[str]]]:
    """Return of each record of a scenario its outcome, its kind, and what became of its steps."""
    return [
        (one["outcome"], one["kind"], [step["outcome"] for step in one["steps"]])
        for one in results["scenarios"]
        if one["name"] == name
    ]


@pytest.mark.parametrize(
    ("name", "outcome", "kind", "steps"),
    [
        ("It passes", "passed", "", ["passed", "passed"]),
        ("Empty", "failed", "", []),
        ("Empty behind a background", "failed", "", []),
        ("The first step is undefined", "failed", "undefined", ["failed", "not run"]),
        ("A later step is undefined", "failed", "undefined", ["passed", "failed"]),
        ("A step is ambiguous", "failed", "ambiguous", ["passed", "failed"]),
        ("Skipped in a step", "not run", "skipped", ["passed", "not run", "not run"]),
        ("Skipped by a tag", "not run", "skipped", ["not run"]),
        ("Taken down badly", "failed", "teardown", ["passed", "passed"]),
        ("Expected to fail", "failed", "", ["failed"]),
        ("Only a page shows it", "not run", "needs", ["not run"]),
        ("The integration is not asked for it", "not run", "not covered", ["not run"]),
    ],
)
def test_each_is_told_truly(
    ended: tuple[str, Run, Any], name: str, outcome: str, kind: str, steps: list[str]
) -> None:
    """A scenario's record says what became of it, in what way, and of each of its steps."""
    assert told(ended[2], name) == [(outcome, kind, steps)], ended[1].printed


def test_the_run_fails_whatever_passed(ended: tuple[str, Run, Any]) -> None:
    """Neither the exit code nor the verdict is green, and one record stands there for each run of a scenario."""
    _, run, results = ended
    assert (run.code, results["verdict"]) == (pytest.ExitCode.TESTS_FAILED, "failed")
    assert results["counts"] == {"passed": 4, "failed": 9, "not run": 4}


def test_what_was_lost_is_a_finding(ended: tuple[str, Run, Any]) -> None:
    """The scenarios that pytest-bdd loses, by a name that stands twice, and one that a plugin took out, are named."""
    findings = ended[2]["findings"]
    for name in ("It is lost", "Twice in the file", "Twice under rules"):
        assert f"declared but not executed in memory: small.feature: {name} " in findings
    for name in ("Twice in the file", "Twice under rules"):
        assert f"small.feature: '{name}' stands there 2 times" in findings
        assert told(ended[2], name) == [("passed", "", ["passed"])]


def test_what_is_wrong_with_features_and_steps_is_a_finding(ended: tuple[str, Run, Any]) -> None:
    """An empty scenario, a step without a definition and one with two are named besides, and what was skipped by hand."""
    findings = "\n".join(ended[2]["findings"])
    assert "'Empty' has no steps" in findings
    assert "no definition for the step 'nobody knows this'" in findings
    assert "the step 'it is one of two' matches steps.small.one, steps.small.two" in findings
    assert "not run without need in memory: small.feature: Skipped by a tag" in findings
    assert "not run without need in memory: small.feature: Skipped in a step (not today)" in findings


def test_what_failed_once_does_not_become_green_by_trying_again(ended: tuple[str, Run, Any]) -> None:
    """Each try has its own record, and that there is more than one is a finding."""
    assert told(ended[2], "Failed once") == [
        ("failed", "", ["failed", "not run"]),
        ("passed", "", ["passed", "passed"]),
    ]
    assert "executed but not declared so often: small.feature: Failed once " in ended[2]["findings"]


def test_a_scenario_whose_worker_died_failed_in_the_step_it_died_in(ended: tuple[str, Run, Any]) -> None:
    """Its record has the steps that were done, and the reason; the worker that follows runs the rest."""
    workers, run, results = ended
    kind = "crashed" if workers == "2" else ""
    assert told(results, "Its process dies") == [("failed", kind, ["passed", "failed", "not run"])], (
        run.printed
    )
    assert "declared but not executed in memory: small.feature: Its process dies " not in results["findings"]
    if kind:
        [record] = [one for one in results["scenarios"] if one["name"] == "Its process dies"]
        assert record["reason"] == "the process that ran it died under it"


def test_progress_is_told_in_a_few_lines_instead_of_dots(ended: tuple[str, Run, Any]) -> None:
    """Where there is no terminal, each tenth is a line, each failure another, and pytest prints no letters."""
    printed = ended[1].printed
    assert re.search(r"^ 50 %: 10 of 19 scenarios, \d failed", printed, re.MULTILINE), printed
    assert "\nfailed in memory: small.feature: Taken down badly\n" in printed
    assert "\nmemory: Features: 19 of 19, 9 failed, 4 not run\n" not in printed  # some were lost
    assert not DOTS.search(printed)


def test_quiet_runs_have_pytests_own_letters(hazards: SmallProject, tmp_path: Path) -> None:
    """With -q nothing but pytest's own letters tells how far the run is."""
    run = hazards.run("-p", "hazards", "--signoff", str(tmp_path / "pack"))
    assert DOTS.search(run.printed), run.printed
    assert " of 19" not in run.printed


def test_a_sign_off_that_was_stopped_is_not_passed(hazards: SmallProject, tmp_path: Path) -> None:
    """After Ctrl-C what was not run speaks against the run, though nothing that was run failed."""
    run = hazards.run(*OPTIONS, "-p", "interrupt", "-p", "no:randomly", "--signoff", str(tmp_path / "pack"))
    results = json.loads((tmp_path / "pack" / "results.json").read_text())
    assert (run.code, results["verdict"]) == (pytest.ExitCode.INTERRUPTED, "failed")
    assert "declared but not executed in memory: small.feature: A step is ambiguous " in results["findings"]
    assert " 20 %: 4 of 19 scenarios, 2 failed\n" in run.printed
