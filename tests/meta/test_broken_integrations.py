"""The broken integrations of ``tests/mutants``: each names a row that there is, each trouble has one, and one of them runs.

``make mutants`` runs all of them.
"""

import dataclasses
import json
from pathlib import Path

import pytest

from tests.meta.forked import ForkedFeatures
from tests.mutants import matrix, table
from tests.mutants.__main__ import listing
from tests.mutants.__main__ import main as run_one
from tests.mutants.pool import Ran, Row, named, rows_of
from tests.mutants.registry import MUTANTS, Mutant, load, mutant
from tests.mutants.run import is_caught, main, misnamed, report, unnamed

TROUBLE = ("trouble/", "promises/nothing_lost_nothing_twice.feature")
WITHOUT = ["trouble/webhooks.feature: test_a_burst_of_a_thousand"]
"""Rows that are red with the integration that is whole, too, so that no mutant can show anything (docs/mutants.md)."""
QUICK = "know_only_the_types_of_today"
ROW = "test_an_event_that_is_of_no_use[something that nobody knows]"


@pytest.fixture(scope="module")
def rows(features: ForkedFeatures) -> list[Row]:
    """Return all rows of all worlds."""
    return rows_of(features)


def test_each_name_means_one_row(rows: list[Row]) -> None:
    """What a mutant says it is caught by is one row in the world it names."""
    assert misnamed(load().values(), rows) == []


def test_a_name_that_means_no_row_is_found_out(rows: list[Row]) -> None:
    """A row that was renamed, or words that fit two, are told by the mutant's name."""
    one = load()[QUICK]
    gone = dataclasses.replace(one, name="a", caught_by=("test_gone",))
    vague = dataclasses.replace(one, name="b", caught_by=("test_gladly_is_in_trouble[be ]",))
    assert misnamed([gone, vague], rows) == [
        "a: test_gone means 0 rows in the http world",
        "b: test_gladly_is_in_trouble[be ] means 2 rows in the http world",
    ]


def test_every_row_about_trouble_is_named_by_a_mutant(rows: list[Row]) -> None:
    """Each row of the features about trouble has a broken integration that it must catch."""
    assert [row for row in unnamed(load().values(), rows) if row.startswith(TROUBLE)] == WITHOUT


def test_a_row_that_nobody_names_is_told(rows: list[Row]) -> None:
    """Without the mutants that name it, a row about the contract is listed."""
    [row] = named(ROW, "http", rows)
    others = [one for one in load().values() if ROW not in one.caught_by]
    assert unnamed(others, rows) != unnamed(load().values(), rows)
    assert f"{row.record.feature}: {row.name}" in unnamed(others, rows)


def test_there_are_many_and_each_says_its_mistake() -> None:
    """There are more than sixty, each with its mistake in one sentence and a row that must catch it."""
    mutants = load()
    assert len(mutants) >= 60
    assert [one.name for one in mutants.values() if not (one.mistake.endswith(".") and one.caught_by)] == []
    assert [one.name for one in mutants.values() if "\n" in one.mistake] == []


def test_a_name_belongs_to_one_mutant() -> None:
    """A second mutant of the same name is refused."""

    def take_502_for_final() -> None:
        """Do nothing."""

    load()
    with pytest.raises(ValueError, match="two mutants are called take_502_for_final"):
        mutant("test_nothing")(take_502_for_final)
    assert MUTANTS["take_502_for_final"].subject == "answers"


def test_the_list_has_every_mutant() -> None:
    """``--list`` names all of them with their mistakes."""
    listed = listing(load())
    assert [one.name for one in load().values() if not (one.name in listed and one.mistake in listed)] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["take_502_for_fina"], "there is no mutant 'take_502_for_fina'; nearest: take_502_for_final"),
        ([], "say which mutant, or --list"),
    ],
)
def test_a_name_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """A misspelled or missing name ends with code 2 and what to do instead."""
    with pytest.raises(SystemExit) as ended:
        run_one(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_runner_refuses_a_name_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """``--only`` with a misspelled name ends before anything runs."""
    with pytest.raises(SystemExit) as ended:
        main(["--only", "strip_the_tagg"])
    assert ended.value.code == 2
    assert "nearest: strip_the_tag" in capsys.readouterr().err


def test_a_broken_integration_is_caught(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The whole way, once: the integration that is whole is green, the broken one turns its row red, the table says where."""
    file = tmp_path / "results.json"
    assert main(["--jobs", "1", "--only", QUICK, "--json", str(file)]) == 0
    printed = capsys.readouterr().out
    assert load()[QUICK].mistake in printed
    assert f"caught by {ROW}" in printed
    assert "at: Then the app accepts it" in printed
    assert "1 mutants, 0 survive" in printed
    [result] = json.loads(file.read_text())["results"]
    assert (result["mutant"], result["row"], result["caught"]) == (QUICK, ROW, True)


def ran(**said: str) -> Ran:
    """Return a result."""
    given = {"outcome": "failed", "step": "Then it is so", "reason": "it is not", **said}
    return Ran(QUICK, ROW, given["outcome"], given["step"], given["reason"], 1.0)


@pytest.mark.parametrize(
    ("one", "caught"),
    [
        (ran(), True),
        (ran(outcome="passed"), False),
        (ran(outcome="not run"), False),
        (ran(reason="it ended: Traceback (most recent call last): NameError"), False),
    ],
)
def test_only_red_for_what_it_did_is_caught(one: Ran, caught: bool) -> None:
    """Green, not run, and an integration that fails by itself are no proof."""
    assert is_caught(one) is caught


def test_a_survivor_fails_the_run(capsys: pytest.CaptureFixture[str], rows: list[Row]) -> None:
    """One row that stays green is named, and the exit code is 1."""
    mutants = {QUICK: load()[QUICK]}
    assert report([ran(outcome="passed", step="", reason="")], mutants, rows, None, 1.0) == 1
    printed = capsys.readouterr().out
    assert "NOT CAUGHT" in printed
    assert "1 survive" in printed


def test_the_table_goes_by_subject() -> None:
    """Each mutant's mistake stands once, above what caught it."""
    mutants: dict[str, Mutant] = {QUICK: load()[QUICK]}
    lines = table.text([ran(), ran()], mutants, [], ["a.feature: test_b"]).splitlines()
    assert lines.count(f"  {QUICK}") == 1
    assert "WEBHOOKS" in lines
    assert "  a.feature: test_b" in lines


def test_the_matrix_says_which_rows_are_of_no_use() -> None:
    """A row that alone catches something is told from one that others could stand in for, and from one that catches nothing."""
    found = matrix.text({"m": {"a"}, "n": {"a", "b"}, "o": set()}, {"a", "b", "c"})
    assert found.splitlines() == [
        "rows that alone catch a mutant:",
        "  a: m",
        "rows that catch nothing that others do not:",
        "  b",
        "rows that catch none of these mutants:",
        "  c",
        "mutants that no row of this world catches:",
        "  o",
    ]
