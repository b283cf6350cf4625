"""What the features declare, by Gherkin's own parser: the yardstick for what was run.

pytest-bdd loses the second of two scenarios with one name and passes one without steps, both without a word; so
nothing here is taken from it.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gherkin.parser import Parser

FEATURES = Path(__file__).parents[2] / "features"
CLAUSE_TAG = re.compile(r"[A-Z]+-\d+")
NEEDS_TAG = re.compile(r"needs-([\w-]+)")
PLAIN_TAGS = frozenset({"testing-the-steps"})
"""Tags that are no marks: what ``--live verify`` runs."""


@dataclass(frozen=True)
class Scenario:
    """A declared scenario, or one row of an outline: ``row`` is the row's cells, empty for a plain scenario.

    ``feature`` is the file below the features folder; ``steps`` are the texts with the row filled in.
    """

    feature: str
    rule: str
    name: str
    line: int
    tags: tuple[str, ...]
    steps: tuple[str, ...]
    row: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What tells it from all others."""
        return (self.feature, self.name, self.row)

    @property
    def title(self) -> str:
        """Its name, with the row of an outline."""
        return f"{self.name} [{' | '.join(self.row)}]" if self.row else self.name

    @property
    def clauses(self) -> tuple[str, ...]:
        """The ids of the clauses it shows."""
        return tuple(tag for tag in self.tags if CLAUSE_TAG.fullmatch(tag))

    @property
    def needs(self) -> tuple[str, ...]:
        """The capabilities it needs of a world."""
        return tuple(match[1] for tag in self.tags if (match := NEEDS_TAG.fullmatch(tag)))


@cache
def declared(features: Path = FEATURES) -> tuple[Scenario, ...]:
    """Return every scenario that the feature files below ``features`` declare, in their order."""
    found: list[Scenario] = []
    for path in sorted(features.rglob("*.feature")):
        document: Any = Parser().parse(path.read_text(encoding="utf-8"))
        if feature := document.get("feature"):
            found += _scenarios(path.relative_to(features).as_posix(), feature)
    return tuple(found)


def defects(scenarios: tuple[Scenario, ...], known_clauses: Container[str]) -> list[str]:
    """Return what is wrong with the features as they stand: a name twice, no steps, no clause or an unknown one."""
    keys = Counter(one.key for one in scenarios)
    plain_names = Counter((one.feature, one.name) for one in scenarios if not one.row)
    outlines = {(one.feature, one.name) for one in scenarios if one.row}
    return [
        *(
            f"{feature}: {name!r} stands there {count} times"
            for (feature, name, _), count in keys.items()
            if count > 1
        ),
        *(
            f"{feature}: {name!r} is a scenario and an outline"
            for feature, name in outlines & plain_names.keys()
        ),
        *(f"{one.feature}:{one.line}: {one.name!r} has no steps" for one in scenarios if not one.steps),
        *(f"{one.feature}:{one.line}: {one.name!r} shows no clause" for one in scenarios if not one.clauses),
        *(
            f"{one.feature}:{one.line}: {one.name!r} shows the unknown clause {clause}"
            for one in scenarios
            for clause in one.clauses
            if clause not in known_clauses
        ),
    ]


def uncovered(scenarios: tuple[Scenario, ...], known_clauses: Iterable[str]) -> list[str]:
    """Return the clauses that no scenario shows."""
    shown = {clause for one in scenarios for clause in one.clauses}
    return [clause for clause in known_clauses if clause not in shown]


def _scenarios(file: str, feature: Any) -> Iterator[Scenario]:
    background: tuple[str, ...] = ()
    for child in feature["children"]:
        background += _background(child)
        yield from _of_child(file, "", child, _tags(feature), background)
        if rule := child.get("rule"):
            inner = background
            for grandchild in rule["children"]:
                inner += _background(grandchild)
                yield from _of_child(file, rule["name"], grandchild, _tags(feature) + _tags(rule), inner)


def _of_child(
    file: str, rule: str, child: Any, tags: tuple[str, ...], background: tuple[str, ...]
) -> Iterator[Scenario]:
    if not (scenario := child.get("scenario")):
        return
    steps = tuple(step["text"] for step in scenario["steps"])
    plain = Scenario(
        file, rule, scenario["name"], scenario["location"]["line"], tags + _tags(scenario), background + steps
    )
    if not steps:
        plain = Scenario(plain.feature, plain.rule, plain.name, plain.line, plain.tags, ())
    if not scenario["examples"]:
        yield plain
    for examples in scenario["examples"]:
        header = [cell["value"] for cell in examples["tableHeader"]["cells"]]
        for table_row in examples["tableBody"]:
            row = tuple(cell["value"] for cell in table_row["cells"])
            filled = tuple(_fill(step, dict(zip(header, row, strict=True))) for step in plain.steps)
            yield Scenario(
                file,
                rule,
                plain.name,
                table_row["location"]["line"],
                plain.tags + _tags(examples),
                filled,
                row,
            )


def _background(child: Any) -> tuple[str, ...]:
    return tuple(step["text"] for step in child["background"]["steps"]) if "background" in child else ()


def _tags(node: Any) -> tuple[str, ...]:
    return tuple(tag["name"].removeprefix("@") for tag in node["tags"])


def _fill(step: str, values: Mapping[str, str]) -> str:
    return re.sub(r"<([^<>]+)>", lambda match: values.get(match[1], match[0]), step)
