# ruff: noqa: T201 - a script
"""Renders a pack by Cucumber's own HTML formatter and by Allure, and compares what they count with the pack's results.

`python -m scripts.formatters PACK`; needs node with npm, Java for Allure, and a Chromium. What npm brings is kept
below build/formatters.
"""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.chromium.session import open_browser
from harness.signoff.pack.pack import Pack, read
from harness.signoff.standards import allure, messages

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / "build" / "formatters"
CUCUMBER = ("@cucumber/html-formatter@24.2.0", "@cucumber/query@16.2.0", "@cucumber/messages@34.2.1")
ALLURE = ("allure-commandline@2",)
FAILED = ("FAILED", "UNDEFINED", "AMBIGUOUS")
Counts = dict[str, int]


def install(*packages: str) -> None:
    """Let npm bring ``packages``, where they are not there yet."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    names = [one.rpartition("@")[0] for one in packages]
    if not all((TOOLS / "node_modules" / name).is_dir() for name in names):
        (TOOLS / "package.json").touch()
        if not (TOOLS / "package.json").read_text(encoding="utf-8"):
            (TOOLS / "package.json").write_text("{}", encoding="utf-8")
        _run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages, cwd=TOOLS)


def counted_by_cucumber(pack: Pack, folder: Path) -> tuple[Counts, Counts]:
    """Return how Cucumber's query and its HTML page count the scenarios of ``pack``; the page is left in ``folder``."""
    install(*CUCUMBER)
    told, page = folder / "messages.ndjson", folder / "cucumber.html"
    told.write_text(messages.render(pack, datetime.now(UTC).date()), encoding="utf-8")
    script = str(ROOT / "scripts" / "formatters.mjs")
    found: Counts = json.loads(_run("node", script, str(TOOLS), str(told), str(page), cwd=ROOT))
    return _as_ours(found), _as_ours(_shown(page))


def counted_by_allure(pack: Pack, folder: Path) -> Counts:
    """Return how Allure counts the scenarios of ``pack``, without the findings; its report is left in ``folder``."""
    install(*ALLURE)
    results, report = folder / "allure-results", folder / "allure-report"
    results.mkdir()
    for name, content in allure.files(pack, datetime.now(UTC).date()).items():
        (results / name).write_bytes(content)
    program = TOOLS / "node_modules" / "allure-commandline" / "dist" / "bin" / "allure"
    program.chmod(0o755)
    _run(str(program), "generate", "--clean", "-o", str(report), str(results), cwd=folder)
    suites = json.loads((report / "data" / "suites.json").read_text(encoding="utf-8"))
    worlds = [one for one in suites["children"] if one["name"] != "inventory"]
    statuses = [status for world in worlds for status in _statuses(world)]
    return {
        "passed": statuses.count("passed"),
        "failed": statuses.count("failed"),
        "not run": statuses.count("skipped"),
    }


def _statuses(node: dict[str, Any]) -> list[str]:
    if "children" not in node:
        return [node["status"]]
    return [status for child in node["children"] for status in _statuses(child)]


def _shown(page: Path) -> Counts:
    """Return the counts that the page shows a person."""
    with open_browser(loopback_only=True, scratch=page.parent) as browser:
        tab = browser.open_context(page.parent.as_uri()).new_page()
        tab.goto(page.as_uri())
        tab.get_by_text(re.compile(r"\(\d+ / \d+\) passed")).wait_for()
        text = tab.locator("body").inner_text()
    return {status: int(count) for status, count in re.findall(r"^([A-Z]+) (\d+)$", text, re.MULTILINE)}


def _as_ours(counts: Counts) -> Counts:
    return {
        "passed": counts.get("PASSED", 0),
        "failed": sum(counts.get(status, 0) for status in FAILED),
        "not run": counts.get("SKIPPED", 0),
    }


def _run(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command


def main() -> None:
    """Compare, and end with 1 where a count differs."""
    pack = read(Path(sys.argv[1]))
    folder = TOOLS / "out" / datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    folder.mkdir(parents=True)
    query, page = counted_by_cucumber(pack, folder)
    counts = {"Cucumber's query": query, "Cucumber's page": page, "Allure": counted_by_allure(pack, folder)}
    ours: Counts = pack.results["counts"]
    print(f"{'the pack':18} {ours}")
    for name, found in counts.items():
        print(f"{name:18} {found}{'' if found == ours else '  DIFFERS'}")
    print(f"pages: {folder}")
    sys.exit(any(found != ours for found in counts.values()))


if __name__ == "__main__":
    main()
