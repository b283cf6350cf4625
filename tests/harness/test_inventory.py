"""The inventory of the features, and what it calls a defect."""

from pathlib import Path

from pytest_bdd import parsers

from harness.evidence.record import Record
from harness.signoff.inventory import declared, defects
from harness.signoff.reconcile import reconcile
from harness.signoff.stepdefs import Definition, step_defects

FEATURE = """
@suite
Feature: F
  Background:
    Given a start
  Rule: R
    Background:
      Given a rule
    @UPG-01 @needs-clock
    Scenario: Plain
      When it runs
    @UPG-02
    Scenario Outline: Rows
      When it runs <count> times
      Examples:
        | count |
        | 1     |
        | 2     |
"""


def write(folder: Path, text: str, name: str = "f.feature") -> Path:
    """Write a feature file and return its folder."""
    (folder / name).write_text(text)
    return folder


def test_rules_backgrounds_and_rows_are_counted(tmp_path: Path) -> None:
    """Scenarios under rules and rows of outlines are declared one by one, with their backgrounds."""
    plain, one, two = declared(write(tmp_path, FEATURE))
    assert plain.steps == ("a start", "a rule", "it runs")
    assert (plain.rule, plain.clauses, plain.needs) == ("R", ("UPG-01",), ("clock",))
    assert (one.row, two.row) == (("1",), ("2",))
    assert two.steps[-1] == "it runs 2 times"


def test_two_scenarios_of_one_name_are_a_defect(tmp_path: Path) -> None:
    """A name that stands twice in one feature is found, also under different rules."""
    twice = FEATURE + "  Rule: S\n    @UPG-01\n    Scenario: Plain\n      When it runs\n"
    assert defects(declared(write(tmp_path, twice)), {"UPG-01", "UPG-02"}) == [
        "f.feature: 'Plain' stands there 2 times"
    ]


def test_an_empty_scenario_is_a_defect(tmp_path: Path) -> None:
    """A scenario without steps of its own is found, background or not."""
    empty = FEATURE + "    @UPG-01\n    Scenario: Nothing\n"
    [found] = defects(declared(write(tmp_path, empty)), {"UPG-01", "UPG-02"})
    assert found.endswith("'Nothing' has no steps")


def test_unknown_and_missing_clauses_are_defects(tmp_path: Path) -> None:
    """A scenario without a clause, or with one that no document has, is found."""
    text = FEATURE.replace("@UPG-01 @needs-clock", "@needs-clock")
    assert [one.partition(": ")[2] for one in defects(declared(write(tmp_path, text)), {"UPG-01"})] == [
        "'Plain' shows no clause",
        "'Rows' shows the unknown clause UPG-02",
        "'Rows' shows the unknown clause UPG-02",
    ]


def definition(sentence: str, where: str) -> Definition:
    """Return a step definition as the registry would have it."""
    return Definition(sentence, where, parsers.parse(sentence))


def test_steps_are_matched_with_their_definitions(tmp_path: Path) -> None:
    """Steps without a definition or with two, and definitions without a step, are found."""
    scenarios = declared(write(tmp_path, FEATURE))
    known = [
        definition("a start", "steps.a.start"),
        definition("it runs", "steps.a.runs"),
        definition("it {what}", "steps.b.anything"),
        definition("never said", "steps.b.never"),
    ]
    found = step_defects(scenarios, known)
    assert "no definition for the step 'a rule'" in found
    assert "the step 'it runs' matches steps.a.runs, steps.b.anything" in found
    assert "steps.b.never: no step matches 'never said'" in found
    assert len(found) == 3


def test_a_lost_scenario_is_named() -> None:
    """A declared scenario without a record is reported as not executed, per world."""
    records = [Record(one.feature, one.rule, one.name, one.row, "memory", one.tags) for one in declared()]
    assert reconcile(records, ["memory"]) == []
    lost = records.pop()
    assert reconcile(records, ["memory"]) == [
        f"declared but not executed in memory: {lost.feature}: {lost.name} "
        + (f"[{' | '.join(lost.row)}]" if lost.row else "")
    ]
    assert len(reconcile(records, ["memory", "http"])) == 1 + len(declared())


def test_a_scenario_run_twice_is_named() -> None:
    """A second record of one scenario in one world is reported."""
    records = [Record(one.feature, one.rule, one.name, one.row, "memory", one.tags) for one in declared()]
    [found] = reconcile([*records, records[0]], ["memory"])
    assert found.startswith("executed but not declared so often")
