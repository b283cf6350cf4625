"""The runbook's document against its clauses: sentences by their digests, and where the two no longer agree."""

import pytest

from harness.signoff import environment
from harness.signoff.clauses import Clause, Document
from harness.signoff.source import digest, sentences

ONE, TWO, HEADING = (digest(text) for text in ("Open the app.", "Save it.", "The upgrade"))
SOURCE = {ONE: "Open the app.", TWO: "Save it.", HEADING: "The upgrade"}


def document(*clauses: tuple[str, ...], headings: tuple[str, ...] = (HEADING,)) -> Document:
    """Return a document whose clauses rest on these digests."""
    found = [
        Clause(f"UPG-0{number}", "", "", "", "systems", "", rests) for number, rests in enumerate(clauses, 1)
    ]
    return Document("A runbook", tuple(found), headings)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Open the app. Save it.", ["Open the app.", "Save it."]),
        ("Open  the\tapp.\n\n  Save it.  ", ["Open the app.", "Save it."]),
        ("1. Open the app.\n- Save it.\n* 2. Done", ["Open the app.", "Save it.", "Done"]),
        (
            "Say “Yes.” Then go. See e.g. this, v1. 2 of 3",
            ["Say “Yes.”", "Then go.", "See e.g. this, v1. 2 of 3"],
        ),
    ],
)
def test_sentences_are_the_same_however_they_are_laid_out(text: str, due: list[str]) -> None:
    """White space and the marks of lists are no part of a sentence; only a full stop before a capital ends one."""
    assert sentences(text) == due


def test_a_document_that_says_the_same_agrees() -> None:
    """Clauses and headings that claim every sentence agree with the document, also if one clause rests on all of it."""
    assert document((ONE,), (TWO,)).differences(SOURCE) == []
    assert document((ONE, TWO, HEADING), headings=()).differences(SOURCE) == []


def test_a_sentence_that_changed_is_named_on_both_sides() -> None:
    """A clause that rests on a sentence that is gone is named, and so is the sentence that nobody claims."""
    changed = {ONE: SOURCE[ONE], digest("Save it twice."): "Save it twice.", HEADING: SOURCE[HEADING]}
    assert document((ONE,), (ONE, TWO)).differences(changed) == [
        "UPG-02 rests on a sentence that the document no longer has",
        "no clause speaks of: Save it twice.",
    ]


def test_a_folder_without_history_has_no_commit(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where git knows no commit, or there is no git, the sign-off says that it is unknown."""
    folder = tmp_path_factory.mktemp("plain")
    monkeypatch.setattr(environment, "ROOT", folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    assert environment.environment()["commit"] == "unknown"
    monkeypatch.setenv("PATH", str(folder))
    assert environment.environment()["commit"] == "unknown"
