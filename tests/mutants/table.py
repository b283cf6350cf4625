"""The table of what caught what."""

from collections.abc import Mapping, Sequence

from tests.mutants.pool import Ran
from tests.mutants.registry import Mutant


def text(
    results: Sequence[Ran], mutants: Mapping[str, Mutant], survivors: Sequence[Ran], idle: Sequence[str]
) -> str:
    """Return a block of lines for each mutant, by subject; then survivors, then rows that no mutant names."""
    lines: list[str] = []
    subject = ""
    for one in mutants.values():
        if one.subject != subject:
            subject = one.subject
            lines += ["", subject.upper()]
        lines += [f"  {one.name}", f"    {one.mistake}"]
        for ran in (ran for ran in results if ran.mutant == one.name):
            lines.append(f"    {_word(ran, survivors)} by {ran.row} ({ran.seconds:.1f} s)")
            if ran.step:
                lines.append(f"      at: {ran.step}")
    if survivors:
        lines += ["", "SURVIVORS"]
        lines += [f"  {ran.mutant} at {ran.row}: {ran.outcome} {ran.step} {ran.reason}" for ran in survivors]
    if idle:
        lines += ["", "ROWS ABOUT THE CONTRACT THAT NO MUTANT NAMES"]
        lines += [f"  {one}" for one in idle]
    return "\n".join([*lines, ""])


def _word(ran: Ran, survivors: Sequence[Ran]) -> str:
    return "NOT CAUGHT" if ran in survivors else "caught"
