"""The secrets of a whole run: whatever was secret in any scenario, to be looked for in what the run leaves behind.

They are kept in memory only. xdist's workers send theirs to the process that started them over the pipe between them; a
worker that crashes takes its own along, and that has to be said: nobody can look for them.
"""

from typing import Any

import pytest

from harness.worlds.world import World

SECRETS = pytest.StashKey[set[str]]()
_UNHEARD = pytest.StashKey[set[str]]()
_OUTPUT = "secrets"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start with none."""
    for key in (SECRETS, _UNHEARD):
        config.stash[key] = set[str]()


def remember(config: pytest.Config, world: World) -> None:
    """Keep every secret of a scenario whose systems are still there."""
    config.stash[SECRETS].update(str(one) for one in [*world.secrets(), *world.app.told()])


def secrets_of_run(config: pytest.Config) -> frozenset[str]:
    """Return every secret of the run so far: of all scenarios, and of all workers that have ended in order."""
    known = config.stash[SECRETS]
    return frozenset(known)


def unknown_secrets(config: pytest.Config) -> list[str]:
    """Return a finding for each worker whose secrets cannot be looked for."""
    unheard = config.stash[_UNHEARD]
    return [
        f"the secrets of a crashed worker are not known: {name}; what it left cannot be searched for them, so run it again"
        for name in sorted(unheard)
    ]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand a worker's secrets to xdist, which sends them on."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        known = session.config.stash[SECRETS]
        output[_OUTPUT] = sorted(known)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Wait to hear of a worker that is started."""
    node.config.stash[_UNHEARD].add(node.gateway.id)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in what a worker sent at its end."""
    sent: list[str] | None = getattr(node, "workeroutput", {}).get(_OUTPUT)
    if sent is not None:
        node.config.stash[SECRETS].update(sent)
        node.config.stash[_UNHEARD].discard(node.gateway.id)
