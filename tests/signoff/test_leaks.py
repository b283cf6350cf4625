"""Secrets in what is to be a pack: taken out before anything is signed, and told without being told."""

from pathlib import Path

import pytest

from harness.redaction import MASK
from harness.signoff.leaks import leaks_in_data, remove_leaks, without_secrets
from harness.signoff.pack.layout import MARKER, MARKER_TEXT

SECRET = "correct-horse-battery-staple-77"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return a pack with two files of evidence, one of which holds a secret."""
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "clean.json").write_text("{}")
    (tmp_path / "evidence" / "leak.json").write_text(f'{{"said": "{SECRET}"}}')
    return tmp_path


def test_a_file_with_a_secret_is_removed_and_named(pack: Path) -> None:
    """The others stay; what is said of it does not hold the secret."""
    [found] = remove_leaks(pack, {SECRET})
    assert found == "a secret stood in evidence/leak.json: a secret of the run; the file was removed"
    assert [one.name for one in (pack / "evidence").iterdir()] == ["clean.json"]


def test_where_the_name_itself_is_the_secret_all_evidence_goes(pack: Path) -> None:
    """A file that cannot be named cannot be told apart from the others."""
    (pack / "evidence" / f"{SECRET}.json").write_text("{}")
    found = remove_leaks(pack, {SECRET})
    assert not (pack / "evidence").exists()
    assert SECRET not in str(found)


def test_what_is_to_be_written_is_searched_by_file() -> None:
    """Each file in which a secret would stand is named, whatever it is nested in."""
    data = {
        "results.json": {"scenarios": [{"reason": f"it printed {SECRET}"}]},
        "attestation.json": {"by": "Kim"},
    }
    [found] = leaks_in_data(data, {SECRET})
    assert found.startswith("a secret was to be written into results.json")


def test_texts_with_a_secret_are_masked_whole() -> None:
    """Numbers, names and clean texts stay as they are."""
    data = {"reason": f"it printed {SECRET}", "rows": ["fine", SECRET], "count": 3, "none": None}
    assert without_secrets(data, {SECRET}) == {
        "reason": MASK,
        "rows": ["fine", MASK],
        "count": 3,
        "none": None,
    }


def test_what_cannot_be_picked_out_elsewhere_takes_the_whole_pack(pack: Path) -> None:
    """A file beside the evidence whose name is a secret is removed with everything but the marker."""
    (pack / MARKER).write_text(MARKER_TEXT)
    (pack / "approvals").mkdir()
    (pack / "approvals" / f"{SECRET}.json").write_text("{}")
    remove_leaks(pack, {SECRET})
    assert [one.name for one in pack.iterdir()] == [MARKER]
