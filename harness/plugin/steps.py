"""What happens around each step: one hook for each moment, so that its parts come in this order whatever plugin is first.

The record hears what became of the step, the screens are looked at, and what no step would see fails it.
"""

import pytest
from pytest_bdd.parser import Step

from harness.errors import NotRunHere
from harness.plugin.evidence import course_of
from harness.plugin.item import RECORD
from harness.worlds.world import World


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Let what fails in this step be told with its sentence."""
    _world(request).expect.step = f"{step.keyword} {step.name}"
    if (course := course_of(request.node)) is not None:
        course.step_begins()


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Note that the step passed, and keep what it changed on the screens; fail it if anything went wrong that it did not see."""
    world, record = _world(request), request.node.stash[RECORD]
    try:
        world.look(step.name)
        world.check()
    except Exception:
        record.step_done("failed")
        world.look(step.name, failed=True)
        _note(request, world)
        raise
    record.step_done("passed")
    _note(request, world)


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step, exception: Exception) -> None:
    """Note that the step failed, and keep what the screens showed; one that cannot be run here was not run."""
    if isinstance(exception, NotRunHere):
        return
    request.node.stash[RECORD].step_done("failed")
    _world(request).look(step.name, failed=True)
    _note(request, _world(request))


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest) -> None:
    """Note that a step has no definition."""
    request.node.stash[RECORD].step_done("failed")


def _note(request: pytest.FixtureRequest, world: World) -> None:
    if (course := course_of(request.node)) is not None:
        course.step_done(world)


def _world(request: pytest.FixtureRequest) -> World:
    world: World = request.getfixturevalue("world")
    return world
