"""What a pack says of its run, and of the integration that was tested."""

import dataclasses
import getpass
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BadEpoch, NoPack
from harness.evidence.record import Record, Times
from harness.signoff.integration import identity
from harness.signoff.pack.layout import APPROVALS, MARKER, prepare
from harness.signoff.pack.now import VARIABLE, now
from harness.signoff.run import about_the_run, by_whom, times

BEGAN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ABOUT = {"command": "x", "files": {}, "digest": "", "says": ""}
LIVE = {
    "rehearsal": False,
    "klaviyo": {"account_id": "AbC123"},
    "gladly": {"organization": "Shop", "url": "https://shop.gladly.qa"},
}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Return a script with a module and a text beside it."""
    (tmp_path / "app.py").write_text("import beside")
    (tmp_path / "beside.py").write_text("ONE = 1")
    (tmp_path / "notes.txt").write_text("no code")
    return tmp_path / "app.py"


def names(about: dict[str, Any]) -> list[str]:
    """Return the names of the files that are known."""
    return sorted(Path(one).name for one in about["files"])


def test_an_integration_is_known_by_its_files(script: Path) -> None:
    """The file that the command names and those of its kind beside it are digested; a change of either shows."""
    before = identity(f"{sys.executable} {script}")
    assert names(before) == ["app.py", "beside.py"]
    script.with_name("beside.py").write_text("ONE = 2")
    after = identity(f"{sys.executable} {script}")
    assert after["digest"] != before["digest"]
    assert after["files"][script.resolve().as_posix()] == before["files"][script.resolve().as_posix()]


def test_a_program_of_its_own_is_the_integration(tmp_path: Path) -> None:
    """Where no other word names a file the first one is what is tested, in whatever folder it lies."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "app").write_bytes(b"\x7fELF")
    assert names(identity(f"{tmp_path}/bin/app --serve")) == ["app"]


def test_a_package_is_known_by_its_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``python -m`` runs is found from where it is run."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__main__.py").write_text("1")
    (tmp_path / "one.py").write_text("1")
    monkeypatch.chdir(tmp_path)
    assert names(identity(f"{sys.executable} -m shop")) == ["__main__.py"]
    assert names(identity(f"{sys.executable} -m one")) == ["one.py"]


def test_a_command_without_files_has_no_digest() -> None:
    """An image in a registry is known by its name alone."""
    assert identity("docker run registry.example/app:1")["digest"] == ""


def test_the_reference_integration_is_known_too() -> None:
    """Without a command it is the project's own, by all its modules."""
    about = identity(None)
    assert "integration/__main__.py" in about["files"]
    assert len(about["digest"]) == 64


def test_by_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that was given, the account's, or that it is not known."""
    assert by_whom("Kim") == "Kim"
    monkeypatch.setattr(getpass, "getuser", lambda: "runner")
    assert by_whom(None) == "the account runner"

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert by_whom("") == "unknown"


def test_a_run_says_against_which_systems_it_was() -> None:
    """Fakes are said with their version, real systems with their account and organization; no key is in the command."""
    about = about_the_run(
        (BEGAN, BEGAN + timedelta(seconds=90)),
        "Kim",
        ["memory", "live"],
        integration=ABOUT,
        seed=7,
        command=[
            "--integration",
            "KEY=pk_0123456789abcdef app",
            "-n",
            "2",
            "-q",
            "-p",
            "no:randomly",
            "--dist=load",
        ],
        live=LIVE,
    )
    assert (about["seconds"], about["by"], about["seed"]) == (90, "Kim", 7)
    assert about["systems"]["memory"].startswith("the fakes of gladly-klaviyo-harness ")
    assert (
        about["systems"]["live"]
        == "Klaviyo account AbC123, Gladly organization Shop (https://shop.gladly.qa)"
    )
    assert about["command"] == "pytest --integration 'KEY=[redacted] app'"


def test_a_rehearsal_is_no_real_system() -> None:
    """A live run at this machine's own fakes says so."""
    live = {**LIVE, "rehearsal": True}
    about = about_the_run((BEGAN, BEGAN), "Kim", ["live"], integration=ABOUT, seed=0, command=[], live=live)
    assert about["systems"]["live"].startswith("a rehearsal on this machine: ")


def test_times_add_up_by_world_in_a_stable_order() -> None:
    """What was not run has no time."""
    one = Record("f.feature", "", "B", (), "memory", (), times=Times(1.5, [0.5, 1.0], [0.25]))
    two = dataclasses.replace(one, name="A", times=Times(2.0))
    idle = dataclasses.replace(one, name="C", times=Times())
    told = times([one, idle, two], 4.0)
    assert told["worlds"] == {"memory": 3.5}
    assert [row["name"] for row in told["scenarios"]] == ["A", "B"]
    assert told["scenarios"][1]["lags"] == [0.25]


def test_a_set_time_takes_the_place_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """``SOURCE_DATE_EPOCH`` sets the time and takes durations out."""
    monkeypatch.setenv(VARIABLE, "0")
    assert now() == datetime(1970, 1, 1, tzinfo=UTC)
    assert times([Record("f", "", "A", (), "memory", (), times=Times(1.0))], 3.0)["scenarios"] == []
    monkeypatch.setenv(VARIABLE, "1e99")
    with pytest.raises(BadEpoch, match="whole seconds"):
        now()


def test_a_new_pack_takes_an_old_ones_place_but_for_its_approvals(tmp_path: Path) -> None:
    """Results and evidence go, what was approved stays, to be shown as void."""
    prepare(tmp_path / "pack")
    for name in ("results.json", "evidence/one.json", f"{APPROVALS}/1.json"):
        path = tmp_path / "pack" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    prepare(tmp_path / "pack")
    left = {one.relative_to(tmp_path / "pack").as_posix() for one in (tmp_path / "pack").rglob("*")}
    assert left == {MARKER, APPROVALS, f"{APPROVALS}/1.json"}


def test_a_link_in_a_pack_is_removed_and_not_followed(tmp_path: Path) -> None:
    """What a link in the folder leads to is somebody else's."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "file").write_text("theirs")
    prepare(tmp_path / "pack")
    (tmp_path / "pack" / "evidence").symlink_to(tmp_path / "theirs")
    prepare(tmp_path / "pack")
    assert (tmp_path / "theirs" / "file").read_text() == "theirs"
    assert not (tmp_path / "pack" / "evidence").exists()


def test_a_file_is_no_folder_for_a_pack(tmp_path: Path) -> None:
    """It is refused with a word on what to do."""
    (tmp_path / "pack").write_text("mine")
    with pytest.raises(NoPack, match="this is a file; name a folder"):
        prepare(tmp_path / "pack")
