"""Which names the files of a pack have. What has another one is none of it, whatever its manifest says."""

import re

from harness.signoff.pack.layout import (
    ALLURE,
    APPROVALS,
    ATTESTATION,
    EVIDENCE,
    JUNIT,
    MARKER,
    MARKER_TEXT,
    MESSAGES,
    ORIGIN,
    REPORT,
    RESULTS,
    SUMMARY,
    TIMES,
)
from harness.signoff.pack.manifest import sha256
from harness.signoff.pack.shapes import Manifest
from harness.signoff.pack.signatures import SUFFIX
from harness.signoff.pack.tree import Listing

FILES = {
    *(MARKER, RESULTS, TIMES, ATTESTATION, ATTESTATION + SUFFIX, ORIGIN),
    *(REPORT, JUNIT, MESSAGES, SUMMARY),
}
FOLDERS = (EVIDENCE, APPROVALS, ALLURE)
APPROVAL = re.compile(rf"{APPROVALS}/([1-9]\d{{0,3}})\.json", re.ASCII)
"""How an approval is called: by its number, in one way only."""


def strangers(found: Listing, manifest: Manifest | None) -> list[str]:
    """Return a line for each file or folder that is no part of a pack, and for a marker that says something else.

    Files that the ``manifest`` does not know are told by it as added, and those beside approvals by their chain.
    """
    files = [one for one in found.files if not _is_part(one) and (manifest is None or one in manifest.files)]
    folders = [one for one in found.folders if one.partition("/")[0] not in FOLDERS]
    lines = [f"{one}: is no part of a pack" for one in sorted({*files, *folders})]
    if found.files.get(MARKER, "") not in {"", sha256(MARKER_TEXT.encode())}:
        lines.append(f"{MARKER}: it says something else than what marks a pack")
    return lines


def _is_part(name: str) -> bool:
    return name in FILES or name.startswith(tuple(f"{one}/" for one in FOLDERS))
