"""The last look at a pack."""

import zipfile
from pathlib import Path

from harness.evidence.scan import secrets_found

KEY = "pk_" + "0a" * 17


def test_a_key_is_found_in_files_and_inside_archives(tmp_path: Path) -> None:
    """Whatever looks like a key is found, in any folder of the pack and in members of archives; the masked form is not."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.html").write_text(f"<code>{KEY}</code>")
    (tmp_path / "fine.html").write_text("<code>pk_****0a0a</code>")
    with zipfile.ZipFile(tmp_path / "trace.zip", "w") as archive:
        archive.writestr("network", f"key={KEY}")
        archive.writestr("other", "nothing")
    assert secrets_found(tmp_path, []) == ["deep/page.html", "trace.zip: network"]


def test_canaries_are_found_by_value(tmp_path: Path) -> None:
    """A secret of another look is found when it is named."""
    (tmp_path / "a.bin").write_bytes(b"\xff\x00 the-canary \xff")
    assert secrets_found(tmp_path, ["the-canary"]) == ["a.bin"]
    assert secrets_found(tmp_path, ["another"]) == []
