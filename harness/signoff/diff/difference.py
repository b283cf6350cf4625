"""One difference between two packs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

GROUPS = {
    "verdict": "The verdict",
    "clauses": "Clauses",
    "scenarios": "Scenarios",
    "steps": "Steps",
    "evidence": "Evidence",
    "sources": "Features and clauses as they are written",
    "run": "What was run, against what, with what",
}
"""Name → heading, in the order in which they are read."""


@dataclass(frozen=True)
class Difference:
    """What is different: in which group, of what, before and after; ``""`` where there is nothing on that side."""

    group: str
    what: str
    before: str
    after: str
    is_worse: bool = False

    def __str__(self) -> str:
        """Say it in one line."""
        if not self.before:
            return f"{self.what}: new: {self.after}"
        return (
            f"{self.what}: {self.before} → {self.after}"
            if self.after
            else f"{self.what}: gone, was {self.before}"
        )


def of_mappings(
    group: str, what: str, before: Mapping[str, Any], after: Mapping[str, Any], *, as_text: bool = True
) -> Iterator[Difference]:
    """Yield a difference for each key whose values are not equal; ``what`` goes before the key."""
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            old, new = _said(before, key, as_text=as_text), _said(after, key, as_text=as_text)
            yield Difference(group, f"{what}{key}", old, new)


def _said(values: Mapping[str, Any], key: str, *, as_text: bool) -> str:
    if key not in values:
        return ""
    found = values[key]
    if isinstance(found, str) and as_text:
        return found or "nothing"
    return str(found)[:16] if isinstance(found, str) else in_words(found)


def in_words(value: Any) -> str:
    """Return a JSON value as one says it."""
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(in_words(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_words(one)}" for name, one in value.items())
    return str(value)


def worst_first(differences: Iterable[Difference]) -> list[Difference]:
    """Return the differences with those for the worse first, then by group, then by what they are of."""
    order = list(GROUPS)
    return sorted(differences, key=lambda one: (not one.is_worse, order.index(one.group), one.what, str(one)))
