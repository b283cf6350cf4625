"""The last three lines of a run that signed off: the verdict, what was not tested, and where the report is."""

from collections import Counter
from pathlib import Path

from harness.signoff.pack.layout import REPORT
from harness.signoff.pack.pack import Pack
from harness.signoff.standards.records import against, speaks_against_it
from harness.signoff.standards.summary import verdict

FEW = 5
"""How many clauses are named."""


def last_lines(pack: Pack, folder: Path) -> list[str]:
    """Return the three lines, for a terminal."""
    return [f"verdict: {_verdict(pack)}", f"not tested: {_not_tested(pack)}", f"report: {folder / REPORT}"]


def _verdict(pack: Pack) -> str:
    counts = pack.results["counts"]
    besides = len(speaks_against_it(pack))
    said = [f"{counts['failed']} of {sum(counts.values())} scenarios failed"] if counts["failed"] else []
    said += [f"{besides} {'finding' if besides == 1 else 'findings'} besides"] if besides else []
    why = f" ({', '.join(said)})" if said else ""
    return f"{verdict(pack)}{why}, against {against(pack)}"


def _not_tested(pack: Pack) -> str:
    """Return how many clauses have no answer, and how much of each world was not run."""
    clauses = [clause for document in pack.results["documents"] for clause in document["clauses"]]
    open_ones = [clause["id"] for clause in clauses if clause["answer"] == "unverified"]
    parts = [f"{len(open_ones)} of {len(clauses)} clauses ({_few(open_ones)})"] if open_ones else []
    totals = Counter(one["world"] for one in pack.results["scenarios"])
    missing = Counter(one["world"] for one in pack.results["scenarios"] if one["outcome"] == "not run")
    parts += [
        f"{missing[world]} of {totals[world]} scenarios in {world}"
        for world in pack.results["worlds"]
        if missing[world]
    ]
    if lost := pack.results.get("lost"):
        parts.append(f"{len(lost)} declared {'scenario' if len(lost) == 1 else 'scenarios'} never run")
    return "; ".join(parts) or "nothing: every clause and scenario was"


def _few(names: list[str]) -> str:
    return ", ".join(names[:FEW]) + (f" and {len(names) - FEW} more" if len(names) > FEW else "")
