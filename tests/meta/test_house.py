"""The rules of the house, as CONTRIBUTING.md states them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.signoff.inventory import FEATURES

ROOT = Path(__file__).parents[2]
CODE = ("fakes", "features", "harness", "integration", "steps", "tests", "examples")
OURS = ("fakes", "harness", "steps", "integration", "examples", "tests")
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
WIDGETS = re.compile(
    r"\b(button|checkbox|click(s|ed)?|dropdown|endpoint|header|https?|JSON|pop-?up|radio|selector|status code|tab|URL)\b",
    re.IGNORECASE,
)
STATUS_CODE = re.compile(r"(?<![\"\w+-])[1-5]\d\d(?![\"\w-])")


def modules(*folders: str) -> list[Path]:
    """Return the Python files below the folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Return the dotted names that a module imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("examples", set(OURS) - {"examples"}),
        ("fakes", {"examples", "tests"}),
        ("integration", {"examples", "tests"}),
    ],
)
def test_folders_import_only_what_they_may(folder: str, forbidden: set[str]) -> None:
    """No module below the folder imports what is forbidden there; import-linter holds the layers of the packages."""
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in imports(path)
        if any(name == one or name.startswith(f"{one}.") for one in forbidden)
    }
    assert found == set()


def test_the_core_of_the_fakes_names_no_vendor() -> None:
    """Neither vendor's name stands anywhere in fakes/core."""
    naming = [
        path.name
        for path in modules("fakes/core")
        if re.search("klaviyo|gladly", path.read_text(), re.IGNORECASE)
    ]
    assert naming == []


def test_features_name_no_widget_and_no_protocol() -> None:
    """Features speak business language: no widget, URL, header or status code."""
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted(FEATURES.rglob("*.feature"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if not line.strip().startswith("@") and (WIDGETS.search(line) or STATUS_CODE.search(line))
    ]
    assert found == []


def test_scenarios_have_three_to_seven_steps() -> None:
    """A scenario with its background has two to seven steps, so that it fits one behaviour."""
    from harness.signoff.inventory import declared  # noqa: PLC0415 - parsed only here

    assert {one.title: len(one.steps) for one in declared() if not 2 <= len(one.steps) <= 7} == {}


def test_files_and_functions_stay_short() -> None:
    """No file has more than 400 lines, no function more than 50."""
    long_files = [str(path) for path in modules(*CODE) if path.read_text().count("\n") > LONGEST_FILE]
    long_functions = [
        f"{path.relative_to(ROOT)}:{one.lineno} {one.name}"
        for path in modules(*CODE)
        for one in functions(path)
        if (one.end_lineno or one.lineno) - one.lineno >= LONGEST_FUNCTION
    ]
    assert long_files + long_functions == []


def test_every_test_states_a_fact() -> None:
    """Every test function has a docstring."""
    silent = [
        f"{path.relative_to(ROOT)}:{one.lineno} {one.name}"
        for path in modules("tests")
        for one in functions(path)
        if one.name.startswith("test_") and not ast.get_docstring(one)
    ]
    assert silent == []


def sleeps(path: Path) -> bool:
    """Say whether a module calls time.sleep; a script that is kept as text does not count."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return any(isinstance(one, ast.Attribute) and ast.unparse(one) == "time.sleep" for one in calls)


def test_nothing_sleeps_but_the_waiting() -> None:
    """time.sleep stands only where the harness polls with a deadline; what an example does is its own affair."""
    polling = {Path("harness/worlds/waiting.py"), Path("harness/worlds/process.py")}
    folders = ("fakes", "features", "harness", "integration", "steps", "tests")
    sleeping = {path.relative_to(ROOT) for path in modules(*folders) if sleeps(path)}
    assert sleeping == polling


def test_conftest_is_a_composition_root() -> None:
    """The root conftest stays under 80 lines and defines nothing."""
    text = (ROOT / "conftest.py").read_text()
    assert text.count("\n") < 80
    assert [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)] == []


def test_the_readme_names_only_what_exists() -> None:
    """Every make target, option and linked file in the README exists."""
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert (
        set(re.findall(r"make ([a-z]+)`", readme)) | set(re.findall(r"^make ([a-z]+)$", readme, re.MULTILINE))
        <= targets
    )
    links = [target for target in re.findall(r"\]\(([^)]+)\)", readme) if not target.startswith("http")]
    assert [target for target in links if not (ROOT / target).exists()] == []
    options = (ROOT / "harness" / "plugin" / "options.py").read_text()
    assert [
        name for name in re.findall(r"^\| `(--[a-z-]+)", readme, re.MULTILINE) if f'"{name}"' not in options
    ] == []
