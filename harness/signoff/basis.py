"""What a clause rests on: where the fakes guess, and which broken integrations must turn its scenarios red."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from harness.errors import BadClauses
from harness.signoff.clauses import DOCS
from harness.signoff.inventory import declared

BASIS = DOCS / "basis.toml"
MUTANTS = DOCS / "mutants.toml"
LEDGER = DOCS / "differences.md"
LOST = 2
"""The column of the ledger that says what a user loses by a difference."""
WHOSE = {"Klaviyo": "Klaviyo's fake", "Gladly": "Gladly's fake", "Harness": "both fakes"}
"""By the chapters of the ledger."""

Key = tuple[str, str, tuple[str, ...]]
"""A scenario as ``Scenario.key`` and ``Record.key`` name it: feature, name, row."""


def differences_of(clause_id: str) -> list[str]:
    """Return the first cells of those rows of ``docs/differences.md`` that a clause rests on, in the order of ``docs/basis.toml``.

    Raises ``BadClauses`` when the file cannot be read; a clause that it does not name rests on none.
    """
    return list(_read(BASIS).get(clause_id, []))


def difference_in_words(row: str) -> str:
    """Return a row of ``docs/differences.md`` as a sentence for who signs: whose fake does what, and what is lost by it.

    ``row`` is its first cell. Raises ``BadClauses`` when the file cannot be read or has no such row.
    """
    try:
        whose, lost = _ledger()[row]
    except KeyError:
        raise BadClauses(f"{LEDGER}: there is no row {row!r}") from None
    return f"{whose} {row}" + ("" if lost.startswith("none") or not lost else f"; lost by it: {lost}")


@cache
def _ledger() -> dict[str, tuple[str, str]]:
    """Return first cell → whose fake it is about, and the cell that says what a user loses by it."""
    try:
        lines = LEDGER.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadClauses(f"{LEDGER}: {error.strerror}") from None
    whose, found = "", {}
    for line in lines:
        if line.startswith("## "):
            whose = WHOSE.get(line.removeprefix("## "), "")
        elif line.startswith("| ") and whose:
            cells = [one.strip() for one in line.strip("|").split(" | ")]
            found[cells[0]] = (whose, cells[LOST])
    return found


def mutants_of(what: Key | str) -> list[dict[str, str]]:
    """Return the broken integrations, ``{"name", "mistake"}`` each, that a scenario, or a scenario of a clause, must catch.

    ``what`` is a scenario's key or a clause's id. Raises ``BadClauses`` when ``docs/mutants.toml`` cannot be read.
    """
    keys = _scenarios_of(what) if isinstance(what, str) else frozenset({what})
    return [
        {"name": one["name"], "mistake": one["mistake"]}
        for one in _read(MUTANTS).get("mutant", [])
        if not keys.isdisjoint(map(_key, one["rows"]))
    ]


def _key(row: dict[str, Any]) -> Key:
    return (row["feature"], row["scenario"], tuple(row["row"]))


@cache
def _scenarios_of(clause_id: str) -> frozenset[Key]:
    return frozenset(one.key for one in declared() if clause_id in one.clauses)


@cache
def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadClauses(f"{path}: {type(error).__name__}: {error}") from None
