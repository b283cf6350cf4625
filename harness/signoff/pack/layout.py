"""The names of a pack's files, and the marker by which a folder is known as one."""

import shutil
from collections.abc import Collection
from pathlib import Path

from harness.errors import NoPack

RESULTS = "results.json"
REPORT = "signoff.html"
EVIDENCE = "evidence"
PICTURES = "evidence/pictures"
TIMES = "times.json"
ATTESTATION = "attestation.json"
MANIFEST = "manifest.json"
APPROVALS = "approvals"
JUNIT = "junit.xml"
MESSAGES = "messages.ndjson"
SUMMARY = "summary.md"
ALLURE = "allure-results"
ORIGIN = "live.json"
"""Which real systems a live run went to, where it leaves that beside its evidence."""
STAGED = ".staged"
"""What an approval or a signature adds, complete, until it has been moved to its place."""
MARKER = ".gladly-klaviyo-signoff"
MARKER_TEXT = (
    "A sign-off pack of gladly-klaviyo-harness. A new sign-off into this folder removes what is in it.\n"
)
OLD = {RESULTS, REPORT}
"""What a pack of an older version may hold at most to be known without a marker: a folder with anything else is somebody's."""
KEPT = (MARKER, APPROVALS)
"""What a new run leaves in the folder: approvals of what was there before are shown as void."""


def is_pack(folder: Path) -> bool:
    """Say whether ``folder`` bears the marker of a pack."""
    return (folder / MARKER).is_file()


def check(folder: Path) -> None:
    """Raise ``NoPack`` for a folder with other files than a pack in it, and for a file; touch nothing."""
    if folder.exists() and not folder.is_dir():
        raise NoPack(f"{folder}: this is a file; name a folder")
    if folder.is_dir() and not is_pack(folder) and {one.name for one in folder.iterdir()} - OLD:
        raise NoPack(
            f"{folder}: this folder holds other files than a sign-off pack, and they are left alone; "
            "name an empty folder or a new one"
        )


def prepare(folder: Path) -> None:
    """Make ``folder`` ready for a new pack: an old pack in it is removed, but for its approvals. Raises as ``check`` does."""
    check(folder)
    folder.mkdir(parents=True, exist_ok=True)
    empty(folder, but=KEPT)
    (folder / MARKER).write_text(MARKER_TEXT, encoding="utf-8")


def empty(folder: Path, but: Collection[str] = (MARKER,)) -> None:
    """Remove what is in a pack, ``but`` these names; what a link leads to is somebody else's."""
    for one in folder.iterdir():
        if one.name in but:
            continue
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()
