"""What clauses rest on: rows of the differences that there are, and the broken integrations that prove their scenarios."""

import dataclasses
import tomllib
from pathlib import Path

import pytest

from harness.errors import BadClauses
from harness.signoff import basis
from harness.signoff.basis import BASIS, MUTANTS, differences_of, mutants_of
from harness.signoff.clauses import DOCS, every, load_all
from harness.signoff.inventory import declared
from scripts.mutants_table import TABLE, text
from tests.mutants.registry import load

MOST = 5
STRANGER = ("promises/only_gladly_is_listened_to.feature", "A stranger learns nothing and moves nothing", ())


def test_every_clause_says_what_it_rests_on() -> None:
    """The file names each clause there is, in the order of the documents, and no other."""
    assert list(tomllib.loads(BASIS.read_text())) == list(every(load_all()))


def test_every_row_that_a_clause_rests_on_exists_once() -> None:
    """Each text is the first cell of exactly one row of the differences; none is named twice for a clause, or more than five."""
    ledger = (DOCS / "differences.md").read_text(encoding="utf-8")
    for clause in every(load_all()):
        rows = differences_of(clause)
        assert {row: ledger.count(f"\n| {row} | ") for row in rows} == dict.fromkeys(rows, 1), clause
        assert len(set(rows)) == len(rows) <= MOST


def test_the_table_of_mutants_is_current() -> None:
    """docs/mutants.toml says what tests/mutants does; `make mutants-table` writes it anew."""
    assert TABLE == MUTANTS
    assert TABLE.read_text(encoding="utf-8") == text(load(), declared())


def test_a_row_that_there_is_not_is_refused() -> None:
    """A mutant that names no row, or words that two rows have, can stand in no table."""
    one = next(iter(load().values()))
    for name, many in (("test_gone", 0), ("test_gladly_is_in_trouble[be ]", 2)):
        with pytest.raises(LookupError, match=f"means {many} rows"):
            text({"a": dataclasses.replace(one, caught_by=(name,))}, declared())


def test_mutants_of_a_scenario_and_of_its_clause() -> None:
    """A scenario has the mutants that name it; a clause those of all its scenarios, each once."""
    due = ["ask_gladly_before_looking_who_speaks", "read_before_looking_who_speaks"]
    assert sorted(one["name"] for one in mutants_of(STRANGER)) == due
    assert mutants_of("CON-31") == mutants_of(STRANGER)
    assert set(mutants_of(STRANGER)[0]) == {"name", "mistake"}
    assert mutants_of("UPG-01") == mutants_of("NO-01") == mutants_of(("a", "b", ())) == []
    names = [one["name"] for one in mutants_of("CON-10")]
    assert len(names) == len(set(names)) > 1


def test_rows_of_an_outline_have_mutants_of_their_own() -> None:
    """What catches a mutant is one row of an outline and not its neighbour."""
    nonsense = ("promises/only_gladly_is_listened_to.feature", "Nonsense in Gladly's name")
    rows = [one.key for one in declared() if one.key[:2] == nonsense]
    found = [tuple(one["name"] for one in mutants_of(row)) for row in rows]
    assert len(set(found)) > 1


def test_a_file_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without its file, what a clause rests on is not nothing but an error that names the file."""
    monkeypatch.setattr(basis, "BASIS", tmp_path / "basis.toml")
    with pytest.raises(BadClauses, match=r"basis\.toml"):
        differences_of("UPG-01")
