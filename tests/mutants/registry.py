"""The broken integrations by name: what each one's mistake is, and which scenarios must catch it."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SUBJECTS = (
    "webhooks",
    "payload",
    "addresses",
    "gladly",
    "answers",
    "waits",
    "rejections",
    "keys",
    "secrets",
    "crashes",
    "ends",
    "repeats",
    "order",
    "upgrade",
)
"""The modules of this package that hold mutants, in the order in which these are listed."""
Change = Callable[[], None]


@dataclass(frozen=True)
class Mutant:
    """An integration with one mistake, made by ``change`` before the integration's main runs.

    ``caught_by`` names the rows each of which must turn red, as ``ForkedFeatures.run`` names them; ``world`` is where.
    """

    name: str
    mistake: str
    subject: str
    change: Change
    caught_by: tuple[str, ...]
    world: str = "http"


MUTANTS: dict[str, Mutant] = {}


def mutant(*caught_by: str, world: str = "http") -> Callable[[Change], Change]:
    """Register a change under its function's name; its docstring says the mistake in one sentence."""

    def register(change: Change) -> Change:
        name = change.__name__
        if name in MUTANTS and MUTANTS[name].subject != change.__module__.rpartition(".")[2]:
            raise ValueError(f"two mutants are called {name}")
        subject = change.__module__.rpartition(".")[2]
        mistake = (change.__doc__ or "").strip()
        MUTANTS[name] = Mutant(name, mistake, subject, change, caught_by, world)
        return change

    return register


def load() -> dict[str, Mutant]:
    """Return all mutants by name."""
    for subject in SUBJECTS:
        importlib.import_module(f"tests.mutants.{subject}")
    return MUTANTS


def instead(owner: Any, name: str) -> Callable[[Callable[..., Any]], None]:
    """Put the decorated function in the place of ``owner``'s ``name``; it is called with the one that was there first."""
    real = getattr(owner, name)

    def put(function: Callable[..., Any]) -> None:
        setattr(owner, name, lambda *given, **named: function(real, *given, **named))

    return put


set_rule: Callable[[Any, str, Any], None] = setattr
"""Put another constant or function in a rule's place."""
