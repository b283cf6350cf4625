"""Arrows run one way: import-linter's contracts hold, and no module has a way around them."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("fakes", "harness", "steps", "features", "integration")
PLAYWRIGHTS = {
    "harness/chromium/find.py imports harness.chromium.driver",
    "harness/plugin/browser.py imports harness.chromium.session",
    "harness/plugin/browser.py imports harness.evidence.accessibility",
    "harness/plugin/browser.py imports harness.evidence.screens",
    "harness/plugin/browser.py imports harness.pages.private",
    "harness/plugin/live.py imports harness.chromium.session",
    "harness/plugin/live.py imports harness.live.run",
    "harness/worlds/registry.py imports harness.worlds",
}
"""What may be imported inside a function, and where: what imports Playwright, which most runs do without."""


UPWARD = {
    "harness.pages.tab": "harness.worlds.world",
    "harness.actors.api.setup": "harness.worlds.app",
    "harness.chromium.session": "harness.pages.tab",
    "harness.evidence.screens": "harness.plugin.item",
    "harness.worlds.expect": "harness.worlds.observer",
    "steps.keys": "harness.pages.tab",
}
"""Modules and what each must not import."""


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a checkout at ``root``."""
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", script, "--no-cache"]
    env = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def hidden_imports(source: str) -> Iterator[str]:
    """Yield the modules that are imported inside a function or for type checkers only."""
    for node in ast.walk(ast.parse(source)):
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        )
        if inside:
            for one in ast.walk(node):
                if isinstance(one, ast.ImportFrom):
                    yield one.module or ""
                if isinstance(one, ast.Import):
                    yield from (alias.name for alias in one.names)


def test_the_contracts_hold() -> None:
    """import-linter finds no arrow that runs up and no circle."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_an_arrow_that_runs_up_is_found(tmp_path: Path) -> None:
    """An import from below, of a higher layer or of what a folder's neighbour builds on, breaks a contract that names it."""
    copied = shutil.ignore_patterns("__pycache__")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=copied)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, imported in UPWARD.items():
        path = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
        path.write_text(f"{path.read_text(encoding='utf-8')}\nimport {imported}\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1
    unfound = {module for module, imported in UPWARD.items() if f"{module} -> {imported}" not in done.stdout}
    assert unfound == set(), done.stdout


def test_no_import_is_hidden() -> None:
    """Nothing is imported inside a function or for type checkers only, but what imports Playwright."""
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for name in hidden_imports(path.read_text(encoding="utf-8"))
    }
    assert found == PLAYWRIGHTS


def test_a_hidden_import_is_found() -> None:
    """An import in a function, and one for type checkers only, are both found."""
    source = "if TYPE_CHECKING:\n    from a import b\ndef f():\n    import c"
    assert list(hidden_imports(source)) == ["a", "c"]
