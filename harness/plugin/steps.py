"""What happens around each step: one hook for each moment, so that its parts come in this order whatever plugin is first.

The record hears what became of the step, the screens are looked at, and what no step would see fails it.
"""

from functools import cache

import pytest
from pytest_bdd.parser import Step

from harness.errors import AmbiguousStep, NotRunHere
from harness.plugin.crash import note_what_runs
from harness.plugin.evidence import course_of
from harness.plugin.item import RECORD
from harness.signoff.stepdefs import definitions, functions_for
from harness.worlds.world import World


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Let what fails in this step be told with its sentence; refuse one that has two definitions.

    pytest-bdd would take the later one without a word. Raises ``AmbiguousStep``.
    """
    note_what_runs(request.node, in_a_step=True)
    _world(request).expect.step = f"{step.keyword} {step.name}"
    if (course := course_of(request.node)) is not None:
        course.step_begins()
    if len(found := _functions_for(step.name)) > 1:
        request.node.stash[RECORD].step_done("failed")
        raise AmbiguousStep(f"the step {step.name!r} is defined more than once: {', '.join(found)}")


@cache
def _functions_for(step: str) -> list[str]:
    return functions_for(step, definitions())


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
    note_what_runs(request.node)


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
