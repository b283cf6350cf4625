"""Clauses and scenarios cover each other, and the runbook's own document where it is at hand."""

import pytest

from harness.signoff.clauses import RUNBOOK, Clause, Document, changes_of_the_runbook, every, load, load_all
from harness.signoff.inventory import declared, defects, uncovered
from harness.signoff.source import digest, sentences
from harness.signoff.stepdefs import definitions, step_defects


def test_every_clause_has_a_scenario() -> None:
    """No clause of the runbook or the contract is without a scenario."""
    assert uncovered(declared(), every(load_all())) == []


def test_features_are_sound() -> None:
    """No scenario is double, empty, without a clause, or with an unknown one."""
    assert defects(declared(), every(load_all())) == []


def test_steps_and_definitions_match_one_to_one() -> None:
    """Every step has exactly one definition, and every definition a step."""
    assert step_defects(declared(), definitions()) == []


def test_every_clause_of_the_runbook_rests_on_the_document() -> None:
    """A clause of the runbook names at least one sentence, by 64 hex digits."""
    clauses = load(RUNBOOK).clauses
    assert [one.id for one in clauses if not one.rests_on] == []
    assert {len(value) for one in clauses for value in one.rests_on} == {64}


def test_the_runbook_has_not_changed(request: pytest.FixtureRequest) -> None:
    """Given the source document, every sentence has its clause and every clause its sentence."""
    source = request.config.getoption("--runbook-source")
    if source is None:
        pytest.skip("no --runbook-source given")
    assert changes_of_the_runbook(source) == []


def test_a_changed_sentence_is_found() -> None:
    """A clause whose sentence is gone, and a sentence without a clause, are both named."""
    document = Document(
        "Any", (Clause("UPG-01", "", "", "", "systems", "", (digest("Click Save."),)),), (digest("Steps"),)
    )
    source = {digest(text): text for text in sentences("Steps\n\n1. Click Save now.\n")}
    assert document.differences(source) == [
        "UPG-01 rests on a sentence that the document no longer has",
        "no clause speaks of: Click Save now.",
    ]


def test_layout_is_no_change() -> None:
    """White space and list markers do not count as part of a sentence."""
    assert sentences("1.  Do   this. Then that.\n") == sentences("- Do this.\n- Then that.\n")
