"""Writes ``docs/mutants.toml`` from ``tests/mutants``: ``python -m scripts.mutants_table``.

A sign-off tells which broken integrations prove a scenario's teeth, and reads them there: it cannot import tests.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_bdd.scenario import make_python_name

from harness.signoff.inventory import Scenario, declared
from tests.mutants.registry import Mutant, load

TABLE = Path(__file__).parents[1] / "docs" / "mutants.toml"
HEAD = """# The broken integrations of tests/mutants (docs/mutants.md), and the rows of the features that must turn red for each.
# Written by `make mutants-table`; a test says when it is not current.
"""


def main() -> None:
    """Write the table anew."""
    TABLE.write_text(text(load(), declared()), encoding="utf-8")


def text(mutants: Mapping[str, Mutant], scenarios: Iterable[Scenario]) -> str:
    """Return the table. Raises ``LookupError`` for a row that a mutant names and that there is not, or is more than one."""
    known = list(scenarios)
    return "\n".join([HEAD, *(_entry(one, known) for one in mutants.values())])


def _entry(mutant: Mutant, scenarios: list[Scenario]) -> str:
    rows = [_row(named(name, scenarios)) for name in mutant.caught_by]
    lines = [
        "[[mutant]]",
        f"name = {_quoted(mutant.name)}",
        f"mistake = {_quoted(mutant.mistake)}",
        "rows = [",
    ]
    return "\n".join([*lines, *(f"    {row}," for row in rows), "]", ""])


def named(name: str, scenarios: Iterable[Scenario]) -> Scenario:
    """Return the scenario, or row of one, that ``test[words]`` means, as ``tests.mutants.pool.named`` does."""
    test, _, words = name.partition("[")
    found = [
        one
        for one in scenarios
        if f"test_{make_python_name(one.name)}" == test and words.removesuffix("]") in "-".join(one.row)
    ]
    if len(found) != 1:
        raise LookupError(f"{name} means {len(found)} rows")
    return found[0]


def _row(one: Scenario) -> str:
    row = f"[{', '.join(map(_quoted, one.row))}]"
    return f"{{ feature = {_quoted(one.feature)}, scenario = {_quoted(one.name)}, row = {row} }}"


def _quoted(value: str) -> str:
    """Return a text as TOML writes it, which is as JSON does."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
