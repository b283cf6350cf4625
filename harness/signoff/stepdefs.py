"""Steps without a definition, with two, and definitions without a step: pytest-bdd notices the first at run time only."""

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_bdd.parsers import StepParser
from pytest_bdd.steps import step_function_context_registry

from harness.signoff.inventory import Scenario


@dataclass(frozen=True)
class Definition:
    """A sentence that a step function answers to, and where it stands."""

    sentence: str
    where: str
    parser: StepParser


def definitions(package: str = "steps") -> list[Definition]:
    """Return the definitions of the modules below ``package`` that have been imported."""
    return [
        Definition(
            context.parser.name,
            f"{context.step_func.__module__}.{context.step_func.__name__}",
            context.parser,
        )
        for context in step_function_context_registry.values()
        if context.step_func.__module__.partition(".")[0] == package
    ]


def functions_for(step: str, known: Iterable[Definition]) -> list[str]:
    """Return the functions that answer to a step, sorted; more than one is too many."""
    return sorted({one.where for one in known if one.parser.is_matching(step)})


def step_defects(scenarios: Iterable[Scenario], known: list[Definition]) -> list[str]:
    """Return steps that match no definition or more than one function, and definitions that match no step.

    The same sentence for Given and When of one function counts once.
    """
    sentences = {step for one in scenarios for step in one.steps}
    matches = {step: [one for one in known if one.parser.is_matching(step)] for step in sentences}
    used = {(one.where, one.sentence) for found in matches.values() for one in found}
    return [
        *(f"no definition for the step {step!r}" for step, found in matches.items() if not found),
        *(
            f"the step {step!r} matches {', '.join(sorted({one.where for one in found}))}"
            for step, found in matches.items()
            if len({one.where for one in found}) > 1
        ),
        *(
            f"{one.where}: no step matches {one.sentence!r}"
            for one in known
            if (one.where, one.sentence) not in used
        ),
    ]
