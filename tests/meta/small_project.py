"""A project of a few scenarios around the harness's own plugins, and runs of pytest in it, seen from outside.

It is laid out as this one is, with the real ``harness``, ``fakes`` and ``integration`` linked into it, the options of
this one's ``pyproject.toml``, two clauses of each document, and steps that do nothing: what is tested is the plugins.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WARM = Path(__file__).with_name("warm.py")
OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")

FEATURE = """
Feature: Small

  @{0} @{2}
  Scenario: It happens
    When it is done
    Then it is seen

  @{0} @{3}
  Scenario Outline: It happens often
    When it is done
    Then it is seen <count> times

    Examples:
      | count |
      | two   |
      | three |

  @{1} @needs-pages
  Scenario: Only a page shows it
    When it is done
    Then it is seen
"""
STEPS = '''
"""Steps that do nothing."""

from pytest_bdd import parsers, then, when


@when("it is done")
def it_is_done() -> None: ...


@then("it is seen")
@then(parsers.re("it is seen (?P<count>two|three) times"))
def it_is_seen() -> None: ...
'''
EXCUSE = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if item.originalname == "test_it_happens":
            item.add_marker(pytest.mark.{mark})
"""
LEAVE_A_KEY = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    path = session.config.option.signoff / "evidence" / "notes.txt"
    path.write_text("pk_" + "0a" * 17)
"""
LOSE_EVIDENCE = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    [path] = session.config.option.signoff.rglob("it-happens.json")
    path.unlink()
"""
TAKE_THE_PLACE = """
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    (session.config.option.signoff / "results.json").mkdir()
"""
KEEP_A_TRACE = """
import os
import zipfile

def pytest_bdd_before_scenario(request, scenario):
    if scenario.name == "It happens":
        keeper = request.getfixturevalue("screens")
        keeper.secrets = lambda: ["known-to-nobody-else"]
        keeper.folder.mkdir(parents=True)
        keeper.kept.append(keeper.folder / "trace-1.zip")
        with zipfile.ZipFile(keeper.kept[0], "w") as trace:
            trace.writestr("notes.txt", os.environ["NOTES"])
"""
END_BADLY = """
class Screens:
    pictures = ()

    def look(self, step, *, failed=False):
        print(f"looked at {step}, failed: {failed}")

def pytest_bdd_before_scenario(request, scenario):
    world = request.getfixturevalue("world")
    stop = world.app.stop

    def stop_badly():
        stop()
        world.unexpected = lambda: ["it broke as it was stopped"]

    world.screens, world.app.stop = Screens(), stop_badly
    world.seen_of_app = lambda: ["calls"]
"""


@dataclass(frozen=True)
class Run:
    """How a run of pytest ended, and what it printed."""

    code: int
    printed: str


class SmallProject:
    """The project in its folder, and the process whose forks run pytest in it."""

    def __init__(self, folder: Path, files: Callable[[list[str]], Mapping[str, str]] | None = None) -> None:
        """Write the project and start the process. ``files`` returns other files, or the same otherwise, for its clauses."""
        self._folder = folder
        write_project(folder, files)
        # The runbook's own document has more sentences than two clauses rest on.
        left_out = ("PYTEST_", "RUNBOOK_SOURCE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, str(WARM)],
            cwd=folder,
            env=kept,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *options: str, **env: str) -> Run:
        """Run pytest on the features with ``options``, and the variables ``env``."""
        assert self._process.stdin
        assert self._process.stdout
        printed = self._folder / "printed"
        request = {"options": ["features", *OPTIONS, *options], "env": env, "printed": str(printed)}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return Run(code, printed.read_text())

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)


def write_project(folder: Path, others: Callable[[list[str]], Mapping[str, str]] | None = None) -> None:
    """Write the project's files, and link what it takes from this one. ``others`` is as above."""
    for name in ("harness", "fakes", "integration"):
        (folder / name).symlink_to(ROOT / name)
    clauses = [_first_clauses(folder, name) for name in ("runbook.toml", "contract.toml")]
    for name in ("basis.toml", "mutants.toml"):
        (folder / "docs" / name).symlink_to(ROOT / "docs" / name)
    plugins = re.sub(r'    "steps\.\w+",\n', "", (ROOT / "conftest.py").read_text())
    files = {
        "pyproject.toml": (ROOT / "pyproject.toml").read_text().replace('"tests"', ""),
        "conftest.py": plugins.replace("\n]", '\n    "steps.small",\n]'),
        "features/__init__.py": "",
        "features/test_runbook.py": (ROOT / "features" / "test_runbook.py").read_text(),
        "features/small.feature": FEATURE.format(*clauses[0], *clauses[1]),
        "steps/__init__.py": "",
        "steps/small.py": STEPS,
        "excuse_by_skip.py": EXCUSE.format(mark="skip"),
        "excuse_by_xfail.py": EXCUSE.format(mark="xfail(strict=False)"),
        "leaves_a_key.py": LEAVE_A_KEY,
        "loses_evidence.py": LOSE_EVIDENCE,
        "takes_the_place.py": TAKE_THE_PLACE,
        "keeps_a_trace.py": KEEP_A_TRACE,
        "ends_badly.py": END_BADLY,
        **(others([*clauses[0], *clauses[1]]) if others else {}),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def _first_clauses(folder: Path, name: str) -> list[str]:
    """Copy a document with its first two clauses only, and return their ids."""
    head, first, second, *_ = (ROOT / "docs" / name).read_text().split("[[clause]]")
    text = f"{head}[[clause]]{first}[[clause]]{second}"
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs" / name).write_text(text)
    return [clause["id"] for clause in tomllib.loads(text)["clause"]]
