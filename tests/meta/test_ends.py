"""The end of a scenario, seen from outside in whole runs: what its screens kept, what stopping the app brings to light."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.meta.small_project import Run, SmallProject

TRACE = "evidence/memory/small/it-happens/trace-1.zip"


def result(pack: Path) -> Any:
    """Return the result of the scenario that happens once."""
    scenarios = json.loads((pack / "results.json").read_text())["scenarios"]
    return next(one for one in scenarios if one["name"] == "It happens")


def test_what_the_screens_kept_stands_in_the_evidence(project: SmallProject, pack: Path) -> None:
    """The evidence of a scenario names the traces that its screens kept."""
    run = project.run("-p", "keeps_a_trace", "--signoff", str(pack), NOTES="nothing secret")
    assert run.code == pytest.ExitCode.OK, run.printed
    [evidence] = result(pack)["evidence"]
    assert json.loads((pack / evidence).read_text())["traces"] == [TRACE]
    assert (pack / TRACE).exists()


def test_a_secret_in_what_the_screens_kept_fails_the_scenario(project: SmallProject, pack: Path) -> None:
    """A secret that only the scenario knew ends it red, and nothing of what was kept is left."""
    run = project.run("-p", "keeps_a_trace", "--signoff", str(pack), NOTES="known-to-nobody-else")
    assert run.code == pytest.ExitCode.TESTS_FAILED, run.printed
    assert "a secret stood in what was kept, and all of it was deleted: trace-1.zip" in run.printed
    assert result(pack)["outcome"] == "failed"
    assert not (pack / TRACE).exists()


@pytest.fixture(scope="module")
def ended_badly(project: SmallProject, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Any]:
    """Return how a scenario ended whose app breaks as it is stopped, and its result."""
    pack = tmp_path_factory.mktemp("signed") / "pack"
    run = project.run("-p", "ends_badly", "-k", "test_it_happens and not often", "--signoff", str(pack))
    return run, result(pack)


def test_the_app_is_stopped_and_what_that_brings_to_light_fails_it(ended_badly: tuple[Run, Any]) -> None:
    """What goes wrong only as the app is stopped is a failure of the scenario."""
    run, result = ended_badly
    assert run.code == pytest.ExitCode.TESTS_FAILED, run.printed
    assert "it broke as it was stopped" in result["reason"]


def test_the_screens_are_looked_at_after_each_step_and_at_the_end(ended_badly: tuple[Run, Any]) -> None:
    """They are looked at after each step; when the end goes wrong, once more, as at a failure."""
    assert [line for line in ended_badly[0].printed.splitlines() if line.startswith("looked at")] == [
        "looked at it is done, failed: False",
        "looked at it is seen, failed: False",
        "looked at after the last step, failed: True",
    ]


def test_what_was_seen_of_the_integration_stands_in_the_result(ended_badly: tuple[Run, Any]) -> None:
    """What the world saw the integration do by the end stands with the scenario, for its clauses rest on it."""
    assert ended_badly[1]["seen"] == ["calls"]
