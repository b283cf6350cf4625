"""Clauses against a document that has changed since."""

from pathlib import Path

import pytest

from harness.signoff.clauses import RUNBOOK, Clause, Document, load
from harness.signoff.source import digest
from harness.signoff.staleness import stale_clauses, stale_in

TEXT = """The upgrade

1. Open the app in the settings. Paste the key, which you have just made, into the app's own field for it.
2. Save the app.

Testing

Open a conversation. Look at the metric in Klaviyo.
"""
RESTS = {
    "UPG-01": ["Open the app in the settings."],
    "UPG-02": ["Paste the key, which you have just made, into the app's own field for it."],
    "UPG-03": ["Save the app."],
    "TST-01": ["Open a conversation.", "Look at the metric in Klaviyo."],
}


def made_up() -> Document:
    """Return the clauses of the made-up document."""
    clauses = [
        Clause(name, "", "", "", "systems", "", tuple(map(digest, rests))) for name, rests in RESTS.items()
    ]
    return Document("Made up", tuple(clauses), (digest("The upgrade"), digest("Testing")))


def gone(*sentences: str) -> str:
    """Return what is said of a clause whose sentences are gone."""
    what = "a sentence" if len(sentences) == 1 else f"{len(sentences)} sentences"
    marks = ", ".join(f"sha256 {digest(one)[:8]}…" for one in sentences)
    return f"rests on {what} that the document no longer has: {marks}"


WRAPPED = "Paste the key, which you have\n   just made, into the app's\n   own field for it."
LONG = "Paste the key, which you have just made, into the app's own field for it."


@pytest.mark.parametrize(
    ("change", "due"),
    [
        ([], {}),
        ([(LONG, WRAPPED)], {}),
        (
            [
                ("in the settings. ", "in the\nsettings.\n"),
                ("Open a conversation. ", "Open a\nconversation. "),
            ],
            {},
        ),
        (
            [
                (
                    "Open a conversation. Look at the metric in Klaviyo.",
                    "Look at the metric in Klaviyo. Open a conversation.",
                )
            ],
            {},
        ),
        ([("2. Save the app.\n", ""), ("The upgrade\n\n", "The upgrade\n\n* Save   the app.\n")], {}),
        (
            [("Save the app.", "Save the app twice.")],
            {"UPG-03": gone("Save the app."), "": "no clause speaks of: Save the app twice."},
        ),
        ([("2. Save the app.\n", "")], {"UPG-03": gone("Save the app.")}),
        ([("Save the app.", "Save the app. Wait.")], {"": "no clause speaks of: Wait."}),
        (
            [("Open a conversation. Look at the metric in Klaviyo.", "Look around.")],
            {"TST-01": gone(*RESTS["TST-01"]), "": "no clause speaks of: Look around."},
        ),
        (
            [("Testing\n", "Trying it out\n")],
            {
                "": f"the document no longer has a heading that it had: sha256 {digest('Testing')[:8]}…; "
                "no clause speaks of: Trying it out"
            },
        ),
        (
            [(LONG, WRAPPED), ("in the settings", "in the admin area")],
            {
                "UPG-01": gone("Open the app in the settings."),
                "": "no clause speaks of: Open the app in the admin area.",
            },
        ),
    ],
    ids=[
        *(
            "the same",
            "wrapped",
            "wrapped at a full stop",
            "in another order",
            "a step moved up",
            "changed",
            "removed",
        ),
        *("added", "two changed", "a heading changed", "changed and wrapped"),
    ],
)
def test_what_a_changed_document_makes_stale(
    tmp_path: Path, change: list[tuple[str, str]], due: dict[str, str]
) -> None:
    """A changed or removed sentence makes its clause stale, a new one and a heading stand under no id; layout and order do nothing."""
    text = TEXT
    for old, new in change:
        assert old in text
        text = text.replace(old, new)
    source = tmp_path / "runbook.txt"
    source.write_text(text, encoding="utf-8")
    assert stale_in(made_up(), source) == due


def test_the_runbook_against_another_document(tmp_path: Path) -> None:
    """Held against a document of one sentence of nobody's, every clause of the runbook is stale."""
    source = tmp_path / "runbook.txt"
    source.write_text("There is nothing to do.\n", encoding="utf-8")
    stale = stale_clauses(source)
    assert set(stale) == {"", *(one.id for one in load(RUNBOOK).clauses)}
    assert stale[""].endswith("; no clause speaks of: There is nothing to do.")
