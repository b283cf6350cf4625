"""``python -m tests.mutants NAME``: run the broken integration NAME by the contract; ``--list`` names all."""

import argparse
import sys

from integration import __main__ as integration
from integration import calls
from tests.mutants.registry import Mutant, load
from tests.mutants.unknown import explain

WHOLE = "change_nothing"
PATIENCE = 4.0
"""Seconds that a call may take: less than the reference integration's ten, so that a scenario about silence ends sooner."""


def main(words: list[str]) -> None:
    """Break what NAME says, then do what ``python -m integration`` does."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("name", nargs="?", help=f"the mutant to run; {WHOLE} breaks nothing")
    parser.add_argument("--list", action="store_true", help="name all mutants, with the mistake of each")
    given = parser.parse_args(words)
    mutants = load()
    if given.list:
        print(listing(mutants))  # noqa: T201 - a command
        return
    if given.name is None:
        parser.error("say which mutant, or --list")
    if given.name not in {WHOLE, *mutants}:
        parser.error(explain(given.name, mutants))
    calls.TIMEOUT = PATIENCE
    if given.name != WHOLE:
        mutants[given.name].change()
    integration.main()


def listing(mutants: dict[str, Mutant]) -> str:
    """Return all names by subject, each with its mistake."""
    width = max(map(len, mutants))
    lines: list[str] = []
    for subject in dict.fromkeys(one.subject for one in mutants.values()):
        lines += ["", subject]
        lines += [
            f"  {one.name:<{width}}  {one.mistake}" for one in mutants.values() if one.subject == subject
        ]
    return "\n".join(lines[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
