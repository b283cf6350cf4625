"""Deviations on purpose: which findings are meant, and the row of the ledger that says so to users."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEDGER = Path(__file__).parents[2] / "docs" / "differences.md"


@dataclass(frozen=True)
class Finding:
    """Something that an operation did and its document does not have, or the other way round.

    ``kind`` is a keyword of the schema (``request …`` for what was sent), or ``undocumented``, ``status``, ``header``,
    ``media type``, ``body``, ``expected``, ``never answered``, ``no error``.
    """

    operation: str
    purpose: str
    status: int
    kind: str
    place: str
    value: str
    text: str


@dataclass(frozen=True)
class Rule:
    """Why findings of one kind at certain places are meant; ``row`` is the first cell of the ledger's row.

    All other fields are regular expressions that must match the whole of the finding's.
    """

    vendor: str
    row: str
    kind: str
    place: str = ""
    value: str = ".*"
    operation: str = ".*"
    status: str = ".*"

    def explains(self, finding: Finding) -> bool:
        """Say whether ``finding`` is what this rule is about, and the ledger names it."""
        pairs = (
            (self.kind, finding.kind),
            (self.place, finding.place),
            (self.value, finding.value),
            (self.operation, finding.operation),
            (self.status, str(finding.status)),
        )
        fits = all(re.fullmatch(pattern, text, re.DOTALL) for pattern, text in pairs)
        return fits and self.row in rows(self.vendor)


_LINES_OF_HEAD = 2
"""The names of a Markdown table's columns, and the dashes below them."""


@cache
def rows(vendor: str, ledger: Path = LEDGER) -> frozenset[str]:
    """Return the first cells of the rows below ``## vendor`` in the ledger of differences, without the tables' heads."""
    found: set[str] = set()
    section, head = "", _LINES_OF_HEAD
    for line in ledger.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        if not line.startswith("|"):
            head = _LINES_OF_HEAD
        elif head:
            head -= 1
        elif section == vendor:
            found.add(line.split("|")[1].strip())
    return frozenset(found)
