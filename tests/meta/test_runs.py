"""Whole runs of pytest, seen from outside: the gate, the worlds, the sign-off, xdist."""

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from harness.signoff.pack.verify import problems
from harness.worlds.registry import WORLDS
from tests.meta.small_project import SmallProject


def results(pack: Path) -> Any:
    """Return the results in a pack."""
    return json.loads((pack / "results.json").read_text())


def test_a_whole_sign_off_passes(project: SmallProject, pack: Path) -> None:
    """Where nothing is missing or excused, the run and the report pass, so that red means what it says."""
    run = project.run("--signoff", str(pack))
    assert run.code == pytest.ExitCode.OK, run.printed
    assert (results(pack)["verdict"], results(pack)["counts"]) == (
        "passed",
        {"failed": 0, "not run": 1, "passed": 3},
    )
    assert problems(pack) == []
    assert run.printed.count("\nverdict: ") == run.printed.count("\nreport: ") == 1


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_partial_sign_off_is_failed(project: SmallProject, pack: Path, workers: str) -> None:
    """What was deselected is declared but not executed, each row by itself: the run and the report fail, under xdist too."""
    run = project.run("-k", "two", "--signoff", str(pack), "-n", workers)
    assert run.code == pytest.ExitCode.TESTS_FAILED, run.printed
    missing = "declared but not executed in memory: small.feature: It happens"
    lost = [line.strip() for line in run.printed.splitlines() if line.startswith(missing)]
    assert sorted(lost) == [missing, f"{missing} often [three]"]
    assert (results(pack)["verdict"], results(pack)["counts"]["passed"]) == ("failed", 1)
    assert "declared but not executed" in (pack / "signoff.html").read_text()
    assert problems(pack) == []


def test_a_machine_without_a_browser_says_so_loudly(project: SmallProject, pack: Path) -> None:
    """Without a browser the browser world is reported as not run, with the reason, and the sign-off says so."""
    run = project.run(
        *("--world", "memory", "--world", "browser", "--allow-missing-worlds", "--signoff", str(pack)),
        CHROMIUM_PATH="/no",
    )
    assert run.code == pytest.ExitCode.OK, run.printed
    assert "the browser world was NOT RUN" in run.printed
    assert "CHROMIUM_PATH names '/no'" in run.printed
    assert "passed, but not everything was tested" in run.printed
    assert WORLDS["browser"].risk.partition(":")[0] in unescape((pack / "signoff.html").read_text())


def test_a_pack_with_a_key_in_it_fails_the_run(project: SmallProject, pack: Path) -> None:
    """A file in which a key stands is removed before anything is signed: run, results and report say so, and name it."""
    run = project.run("-p", "leaves_a_key", "--signoff", str(pack))
    assert run.code == pytest.ExitCode.TESTS_FAILED
    said = "a secret stood in evidence/notes.txt: what looks like a private key; the file was removed"
    assert f"NOT FIT TO BE SHOWN: {said}" in run.printed
    assert (results(pack)["verdict"], results(pack)["findings"]) == ("failed", [said])
    assert not (pack / "evidence" / "notes.txt").exists()
    assert problems(pack) == []
    assert "evidence/notes.txt" in (pack / "signoff.html").read_text()


def test_evidence_that_is_gone_is_told(project: SmallProject, pack: Path) -> None:
    """What vanishes before the end speaks against the run."""
    run = project.run("-p", "loses_evidence", "--signoff", str(pack))
    assert run.code == pytest.ExitCode.TESTS_FAILED
    assert [one for one in results(pack)["findings"] if one.endswith("it-happens.json is gone")]


def test_a_pack_that_cannot_be_written_is_told(project: SmallProject, pack: Path) -> None:
    """The run fails and says why; what the scenarios said is still printed."""
    run = project.run("-p", "takes_the_place", "--signoff", str(pack))
    assert run.code == pytest.ExitCode.TESTS_FAILED
    assert "the pack could not be written" in run.printed
    assert "verdict: none" in run.printed
    assert "Traceback" not in run.printed


def test_a_partial_run_without_sign_off_is_fine(project: SmallProject) -> None:
    """Selecting a scenario while working is no offence."""
    run = project.run("-k", "two")
    assert run.code == pytest.ExitCode.OK, run.printed


def files_in(pack: Path) -> dict[str, bytes]:
    """Return path → content of every file of a pack."""
    return {one.relative_to(pack).as_posix(): one.read_bytes() for one in pack.rglob("*") if one.is_file()}


def test_any_order_and_two_workers_give_the_same_bytes(project: SmallProject, tmp_path: Path) -> None:
    """Results and evidence do not depend on the order or the number of workers; two machines compare their digests."""
    orders = {"declared": ["-p", "no:randomly"], "random": [], "two": ["-n", "2"]}
    packs = []
    for name, options in orders.items():
        run = project.run("--signoff", str(tmp_path / name), *options)
        assert run.code == pytest.ExitCode.OK, run.printed
        files = files_in(tmp_path / name)
        signed = {
            path: files[path] for path in files if path.startswith("evidence/") or path == "results.json"
        }
        packs.append((signed, json.loads(files["manifest.json"])["digests"]))
    assert len(packs[0][0]) == 4
    assert packs[0] == packs[1] == packs[2]


def test_with_its_time_set_the_whole_pack_is_the_same(project: SmallProject, pack: Path) -> None:
    """Where ``SOURCE_DATE_EPOCH`` sets the time, any order and number of workers give the same files, the report too."""
    packs = []
    for how in (["-p", "no:randomly"], ["-n", "2"]):
        run = project.run("--signoff", str(pack), *how, SOURCE_DATE_EPOCH="1795000000")
        assert run.code == pytest.ExitCode.OK, run.printed
        packs.append(files_in(pack))
    assert packs[0] == packs[1]
    assert b"2026-11-18T" in packs[0]["attestation.json"]


def test_a_time_that_is_none_is_refused(project: SmallProject, pack: Path) -> None:
    """A wrong ``SOURCE_DATE_EPOCH`` ends the run before it begins."""
    run = project.run("--signoff", str(pack), SOURCE_DATE_EPOCH="yesterday")
    assert run.code == pytest.ExitCode.USAGE_ERROR
    assert "$SOURCE_DATE_EPOCH is to be whole seconds since 1970, not 'yesterday'" in run.printed


def test_a_mistake_on_the_command_line_costs_nobody_an_approved_pack(
    project: SmallProject, pack: Path
) -> None:
    """What somebody has approved is removed only when a run begins; what is no text in UTF-8 is refused before that."""
    assert project.run("--signoff", str(pack)).code == pytest.ExitCode.OK
    (pack / "approvals").mkdir()
    before = files_in(pack)
    (pack.parent / "picture.png").write_bytes(b"\x89PNG\xff")
    run = project.run("--signoff", str(pack), "--runbook", str(pack.parent / "picture.png"))
    assert run.code == pytest.ExitCode.USAGE_ERROR
    assert "Traceback" not in run.printed
    project.run("--signoff", str(pack), "--collect-only")
    assert files_in(pack) == before


@pytest.mark.parametrize("name", ["notes.txt", "evidence/mine.txt"])
def test_somebody_elses_folder_is_left_alone(project: SmallProject, pack: Path, name: str) -> None:
    """A folder with files that are no pack is refused, and nothing in it is touched."""
    (pack / name).parent.mkdir(parents=True)
    (pack / name).write_text("mine")
    run = project.run("--signoff", str(pack))
    assert run.code == pytest.ExitCode.USAGE_ERROR
    assert "holds other files than a sign-off pack, and they are left alone" in run.printed
    assert files_in(pack) == {name: b"mine"}


def test_what_a_world_cannot_run_is_said_with_the_reason(project: SmallProject) -> None:
    """A scenario that needs pages is skipped visibly, with the capability named."""
    run = project.run("-k", "only_a_page", "-rs")
    assert "1 skipped" in run.printed
    assert "not run in the memory world: it needs pages (the systems' web pages can be used)" in run.printed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--world", "live"], "--world live needs --live verify or --live upgrade"),
        (["--live", "verify"], "--live verify goes with --world live: add that"),
        (["--world", "live", "--live", "verify", "-n", "2"], "leave -n out"),
        (["--world", "live", "--live", "verify"], "LIVE_KLAVIYO_KEY is not set"),
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
def test_bad_options_are_refused_with_a_word_on_what_to_do(
    project: SmallProject, options: list[str], message: str
) -> None:
    """A mistake on the command line ends before anything runs, without a traceback."""
    run = project.run("--collect-only", *options)
    assert run.code == pytest.ExitCode.USAGE_ERROR
    assert message in run.printed
    assert "Traceback" not in run.printed


@pytest.mark.parametrize("excuse", ["excuse_by_skip", "excuse_by_xfail"])
def test_nobody_can_excuse_a_scenario_by_hand(project: SmallProject, pack: Path, excuse: str) -> None:
    """A scenario that is skipped or expected to fail although its world can run it fails the run and the report."""
    run = project.run("-p", excuse, "--signoff", str(pack))
    assert run.code == pytest.ExitCode.TESTS_FAILED, run.printed
    assert results(pack)["verdict"] == "failed"


def test_an_excuse_by_hand_fails_a_whole_run_without_a_sign_off(project: SmallProject) -> None:
    """What the gate finds ends a run of all features red, though nothing in it failed and nothing is signed."""
    run = project.run("-p", "excuse_by_skip")
    assert run.code == pytest.ExitCode.TESTS_FAILED, run.printed
    assert "not run without need in memory: small.feature: It happens" in run.printed


def test_a_pack_does_not_outlive_a_failed_start(project: SmallProject, pack: Path) -> None:
    """A run that is refused leaves no verdict of an earlier one behind."""
    pack.mkdir()
    (pack / "results.json").write_text('{"verdict": "passed"}')
    project.run("--collect-only", "--signoff", str(pack), "--world", "live")
    assert not (pack / "results.json").exists()
