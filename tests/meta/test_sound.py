"""``make sound``: which integrations it runs, how it counts, and what it says when it cannot run one."""

import shlex
from pathlib import Path

import pytest

from scripts import sound
from scripts.sound import ALL, Outcome, Sound, main, read, unsteady

ROOT = Path(__file__).parents[2]
JUNIT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><skipped/></testcase>
<testcase name="c"><failure/></testcase><testcase name="c"><error/></testcase><testcase name="d"><error/></testcase>
</testsuite></testsuites>"""


def test_every_example_is_run() -> None:
    """Each folder of ``examples/`` is an integration that is run, and beside them the reference."""
    folders = {path.name for path in (ROOT / "examples").iterdir() if (path / "README.md").exists()}
    assert {one.name for one in ALL} == folders | {"reference"}


@pytest.mark.parametrize("one", ALL[1:], ids=lambda one: one.name)
def test_readmes_give_the_very_options(one: Sound) -> None:
    """What a README says to put its example under test is what is run, its building included."""
    readme = (ROOT / "examples" / one.name / "README.md").read_text()
    begin = f"{sound.PYTHON} -m pytest features --world http "
    [line] = [line for line in readme.splitlines() if line.startswith(begin)]
    assert shlex.split(line.removeprefix(begin)) == one.options()
    assert one.build in readme


def test_rows_are_counted_by_their_outcome(tmp_path: Path) -> None:
    """Errors count as failures, each row once; a run without a row that passed is not sound."""
    junit = tmp_path / "junit.xml"
    junit.write_text(JUNIT)
    came = read(junit)
    assert (came.passed, came.skipped, came.failed) == (1, 1, ["c", "d"])
    assert not came.is_sound
    assert not Outcome(skipped=3).is_sound
    assert Outcome(passed=1).is_sound


def test_what_fails_now_and_then_is_unsteady() -> None:
    """A row that failed in every run is broken; one that failed in some is unsteady."""
    assert unsteady([["a", "b"], ["a"], ["a", "c"]]) == {"b": 1, "c": 1}
    assert unsteady([["a"]]) == {}


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sound, "KEPT", tmp_path / "kept")


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_missing_language_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    """An example that this machine cannot run is said not to be run, which only CI calls a failure."""
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(sound, "ALL", [Sound("cobol", "x", needs=("no-such-compiler",))])
    assert main([]) == code
    assert "not run: no no-such-compiler on this machine" in capsys.readouterr().out


def test_what_cannot_be_built_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An example whose building fails is no sound one, wherever it is run."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(sound, "ALL", [Sound("broken", "x", build="false")])
    assert main([]) == 1
    assert "not run: `false` failed, see " in capsys.readouterr().out
