"""One registry of worlds: everything else asks it."""

import re
from pathlib import Path

from harness.worlds.registry import DEFAULT, RUNNING_COMMANDS, WORLDS
from harness.worlds.world import CAPABILITIES

HARNESS = Path(__file__).parents[2] / "harness"


def test_worlds_are_known_by_their_names() -> None:
    """The registry says which worlds there are, which can be run, and which run a command."""
    assert list(WORLDS) == ["memory", "http", "browser", "live"]
    assert RUNNING_COMMANDS == ["http", "browser"]
    assert DEFAULT in WORLDS


def test_every_capability_of_a_world_is_explained() -> None:
    """What a world says that it can do has words for people."""
    assert {one for world in WORLDS.values() for one in world.capabilities} <= set(CAPABILITIES)


def test_no_other_module_names_a_world() -> None:
    """A world's name stands as a value in the registry alone: a new world is one edit."""
    names = re.compile(rf"""["']({"|".join(WORLDS)})["']""")
    naming = {
        path.relative_to(HARNESS).as_posix()
        for path in HARNESS.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if names.search(line) and "https" not in line
    }
    assert naming == {
        "worlds/registry.py",
        "signoff/environment.py",  # a program's name and version
        "__main__.py",  # a command's name
    }
