"""Which clauses are stale: their sentences have changed in the runbook's own document since they were written."""

from pathlib import Path

from harness.signoff.clauses import RUNBOOK, Document, load
from harness.signoff.source import read_digests

NOBODYS = ""
"""Under this id stands what belongs to no clause: new sentences, and headings that changed."""
_SHOWN = 8


def stale_clauses(source: Path) -> dict[str, str]:
    """Return clause id → why it is stale, for the runbook at ``source``; new sentences stand under ``""``.

    A document that only wraps or orders its sentences otherwise says the same. Raises ``OSError`` or
    ``UnicodeDecodeError`` when it cannot be read.
    """
    return stale_in(load(RUNBOOK), source)


def stale_in(document: Document, source: Path) -> dict[str, str]:
    """Return the same for any ``document`` of clauses."""
    says = read_digests(source, document.claimed)
    gone = document.gone(says)
    stale = {name: _why(digests) for name, digests in gone.items() if name != NOBODYS}
    new = (
        [f"the document no longer has a heading that it had: {_marks(gone[NOBODYS])}"]
        if NOBODYS in gone
        else []
    )
    new += [f"no clause speaks of: {text}" for text in document.unclaimed(says)]
    return stale | ({NOBODYS: "; ".join(new)} if new else {})


def _why(digests: list[str]) -> str:
    what = "a sentence" if len(digests) == 1 else f"{len(digests)} sentences"
    return f"rests on {what} that the document no longer has: {_marks(digests)}"


def _marks(digests: list[str]) -> str:
    """Return the beginnings of digests, by which a sentence is found in an older copy; its text is not kept."""
    return ", ".join(f"sha256 {one[:_SHOWN]}…" for one in digests)
