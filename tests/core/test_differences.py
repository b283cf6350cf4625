"""The ledger of differences keeps its form, and every test that it names exists."""

import ast
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "docs" / "differences.md"
SECTIONS = ["Klaviyo", "Gladly", "Harness"]
COLUMNS = 6
UNVERIFIED = "unverified"
NAMED = re.compile(r"`(?P<path>tests/[\w/]+\.py)::(?P<name>test_\w+)`")
AUTHORS_ONLY = re.compile(r"[\s`(]/[a-z]+/|#\d|\bfacts\b", re.IGNORECASE)  # absolute paths, numbers of issues


@dataclass(frozen=True)
class Row:
    """A line of a table and the section it stands in."""

    number: int
    section: str
    cells: list[str]


def _rows(text: str) -> list[Row]:
    """Return the lines of all tables without their two lines of head."""
    rows: list[Row] = []
    section, in_head = "", 2
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            section = line.removeprefix("## ")
        if not line.startswith("|"):
            in_head = 2
        elif in_head:
            in_head -= 1
        else:
            rows.append(Row(number, section, [cell.strip() for cell in line.strip("|").split("|")]))
    return rows


@cache
def _tests_in(path: str) -> frozenset[str]:
    """Return the names of the test functions of a file, of none if it is not there."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _fault_of(pinned_by: str) -> str:
    """Return what is wrong with the cell that names a test, or nothing."""
    if pinned_by == UNVERIFIED:
        return ""
    match = NAMED.fullmatch(pinned_by)
    if match is None:
        return f"{pinned_by!r} is neither `path::name` nor {UNVERIFIED!r}"
    return "" if match["name"] in _tests_in(match["path"]) else f"there is no test {pinned_by}"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """All rows of the ledger."""
    return _rows(LEDGER.read_text(encoding="utf-8"))


def test_named_tests_exist(rows: list[Row]) -> None:
    """Every row names a test by file and function that exist, or says that it is unverified."""
    assert [f"line {row.number}: {fault}" for row in rows if (fault := _fault_of(row.cells[4]))] == []


@pytest.mark.parametrize(
    "pinned_by",
    [
        "`tests/core/test_differences.py::test_of_nobody`",
        "`tests/core/test_no_such_file.py::test_named_tests_exist`",
        "tests/core/test_differences.py::test_named_tests_exist",
        "",
        "seen by eye",
    ],
)
def test_a_wrong_name_is_found(pinned_by: str) -> None:
    """A test that does not exist, or is not named as it should be, is found."""
    assert _fault_of(pinned_by)
    assert not _fault_of("`tests/core/test_differences.py::test_named_tests_exist`")


def test_rows_are_whole(rows: list[Row]) -> None:
    """Every row has all columns, none of them empty, and a date that exists."""
    broken = [row.number for row in rows if len(row.cells) != COLUMNS or not all(row.cells)]
    assert broken == []
    assert all(date.fromisoformat(row.cells[-1]) for row in rows)


def test_every_section_has_rows(rows: list[Row]) -> None:
    """The ledger has its three sections, each with rows, and no row twice."""
    assert list(dict.fromkeys(row.section for row in rows)) == SECTIONS
    said = [(row.section, row.cells[0]) for row in rows]
    assert len(said) == len(set(said))


def test_ledger_is_for_users() -> None:
    """The ledger names no place or number that only its authors know."""
    assert AUTHORS_ONLY.findall(LEDGER.read_text(encoding="utf-8")) == []
