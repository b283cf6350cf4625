"""Page objects and their files; trees without what is private; what ``python -m harness pages`` says of a missing part."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from harness.commands import pages
from harness.errors import SystemFailed
from harness.pages.check import Finding, Missing
from harness.pages.tree import Node, nodes, with_known_texts_only, without_what_is_private

ROOT = Path(__file__).parents[2]
TREE = """- main:
  - 'heading "a: b" [level=1]'
  - 'textbox "Na: me" [active]': "x: y"
  - textbox "Password": very-secret
  - spinbutton "Number": "3"
  - textbox:
    - /placeholder: Search
    - text: ann
  - combobox "Rows":
    - option "25" [selected]
  - textbox [what is this
  - link "ann@example.com":
    - /url: /people?email=ann%40example.com
  - button "Say \\"hi\\""
  - text: the-password"""
MISSING = Missing(
    "klaviyo.Metrics.search", "The box.", 'text = "A"', candidates=('[a]\ntext = "B"', '[a]\ntext = "C"')
)
LIVE = {
    "LIVE_KLAVIYO_ACCOUNT_ID": "AbC123",
    "LIVE_KLAVIYO_KEY": "quite-a-key",
    "LIVE_GLADLY_URL": "https://shop.us-uat.gladly.qa",
    "LIVE_GLADLY_ORGANIZATION_ID": "UvImZaYMQtKJGF2VDuiBNg",
    "LIVE_GLADLY_API_USER": "api@shop.invalid",
    "LIVE_GLADLY_API_TOKEN": "quite-a-token",
}
FOUND = [
    Finding("klaviyo.Metrics", "/a", 5, (MISSING,), files=(Path("a.png"), Path("a.txt"))),
    Finding("klaviyo.Feed", "/b", not_reached="gone"),
]


def test_page_objects_name_nothing_that_stands_on_a_page() -> None:
    """No page object looks for a role, a label or a text by itself: that is what the files are for."""
    modules = [*ROOT.glob("harness/pages/klaviyo/*.py"), *ROOT.glob("harness/pages/gladly/*.py")]
    modules.append(ROOT / "harness" / "pages" / "sign_in.py")
    assert [path.name for path in modules if "get_by_" in path.read_text(encoding="utf-8")] == []


def test_a_tree_is_read_line_by_line() -> None:
    """Roles, names and texts are read, in whatever quotation marks they stand; what cannot be read is left out."""
    found = list(nodes(TREE))
    assert found[1] == Node(2, "heading", "a: b")
    assert found[2] == Node(2, "textbox", "Na: me", "x: y")
    assert [node.name for node in found if node.role == "button"] == ['Say "hi"']
    assert not [node for node in found if "what is this" in node.name + node.value]


def test_a_tree_is_kept_without_what_is_private() -> None:
    """What fields hold, addresses, queries and known secrets are replaced; names, placeholders and choices stay."""
    kept = without_what_is_private(TREE, ["the-password"])
    assert kept.splitlines() == [
        "- main:",
        "  - 'heading \"a: b\" [level=1]'",
        '  - textbox "Na: me": [redacted]',
        '  - textbox "Password": [redacted]',
        '  - spinbutton "Number": [redacted]',
        "  - textbox:",
        "    - /placeholder: Search",
        '  - combobox "Rows":',
        '    - option "25" [selected]',
        "  - [redacted]",
        '  - link "[redacted]":',
        "    - /url: /people?…",
        '  - button "Say \\"hi\\""',
        "  - text: [redacted]",
    ]


def test_a_tree_is_kept_with_known_texts_only() -> None:
    """Of a page about people every name, text and address is replaced that is not known; what things are stays."""
    kept = with_known_texts_only(TREE, {"HEADING", "A:  B", 'say "hi"', "search", "na: me"})
    assert kept.splitlines() == [
        "- main:",
        '  - heading "a: b" [level=1]',
        '  - textbox "Na: me" [active]: [text]',
        '  - textbox "[text]": [text]',
        '  - spinbutton "[text]": [text]',
        "  - textbox:",
        "    - /placeholder: Search",
        "    - text: [text]",
        '  - combobox "[text]":',
        '    - option "[text]" [selected]',
        "  - [text]",
        '  - link "[text]":',
        "    - /url: [text]",
        '  - button "Say \\"hi\\""',
        "  - text: [text]",
    ]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """Return the command at a system where one part is missing and one page is not reached."""

    @contextlib.contextmanager
    def nothing(**_options: Any) -> Iterator[dict[str, str]]:
        yield {"KLAVIYO": ""}

    monkeypatch.setattr(pages, "furnished_fakes", nothing)
    monkeypatch.setattr(pages, "open_browser", nothing)
    monkeypatch.setattr(pages, "_checked", lambda *_about: FOUND)
    app = typer.Typer()
    app.command()(pages.pages)
    return app


def test_a_missing_part_is_said_with_what_to_write(command: typer.Typer) -> None:
    """The command names the part, what was looked for, what to write instead, and where the page is shown; and fails."""
    done = CliRunner().invoke(command)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "missing: klaviyo.Metrics.search (The box.)",
        '  looked for: text = "A"',
        "  it may be this now; write into a file, and name that by --screens:",
        "    [a]",
        '    text = "B"',
        "  or",
        "    [a]",
        '    text = "C"',
        "klaviyo.Metrics as it is now: a.png, a.txt",
    ]
    assert "2 pages, 5 parts, 1 missing." in done.stdout


def test_the_findings_are_to_be_had_as_json(command: typer.Typer) -> None:
    """With --json the findings are printed as a list, and nothing else."""
    done = CliRunner().invoke(command, ["--json"])
    assert done.exit_code == 1
    first, second = json.loads(done.stdout)
    assert first["missing"][0]["candidates"] == list(MISSING.candidates)
    assert first["files"] == ["a.png", "a.txt"]
    assert second["not_reached"] == "gone"


def test_a_page_that_is_left_out_is_said_and_no_fault(
    command: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody looked at is named with the reason, and neither counted nor held against the system."""
    monkeypatch.setattr(
        pages, "_checked", lambda *_about: [Finding("gladly.Composer", "", left_out="drafts")]
    )
    done = CliRunner().invoke(command)
    assert done.exit_code == 0
    assert done.stderr == "gladly.Composer is not looked at: drafts\n"
    assert "0 pages, 0 parts, 0 missing." in done.stdout


def test_what_goes_wrong_at_real_systems_is_said_without_secrets(
    command: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a known key nor one by its look is printed when the systems cannot be made sure of."""
    looks_like_one = "pk_" + "4d" * 17

    def refuse(*_args: Any, **_options: Any) -> None:
        raise SystemFailed(f"quite-a-token, {looks_like_one}: no")

    monkeypatch.setattr(pages, "open_systems", refuse)
    done = CliRunner().invoke(command, ["--live"], env=LIVE)
    assert done.exit_code == 2
    assert "[redacted], [redacted]: no" in done.stderr
    assert looks_like_one not in done.output
    assert "quite-a-token" not in done.output


def test_real_systems_are_looked_at_with_care(
    command: typer.Typer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With --live the form is that of the app the settings name, no message is begun, and no secret is in a finding."""
    options: list[dict[str, Any]] = []

    def look(*_args: Any, **given: Any) -> list[Finding]:
        options.append(given)
        return [Finding("gladly.Apps", "", not_reached="quite-a-token")]

    for name in ("check_klaviyo", "check_gladly_admin", "check_gladly_agent"):
        monkeypatch.setattr(pages, name, look)
    for name in ("open_systems", "open_browser"):
        monkeypatch.setattr(pages, name, lambda *_args, **_options: contextlib.nullcontext())
    monkeypatch.setattr(pages, "make_sure", lambda *_about: None)
    monkeypatch.setattr(pages, "sessions_of", lambda *_about: SimpleNamespace(tab=lambda: None))
    command_line = ["--live", "--json", "--report", str(tmp_path)]
    done = CliRunner().invoke(command, command_line, env=LIVE | {"LIVE_GLADLY_APP_NAME": "Our Klaviyo"})
    assert options == [{}, {"app": "Our Klaviyo"}, {"composing": False}]
    assert {one["not_reached"] for one in json.loads(done.stdout)} == {"[redacted]"}


def test_a_part_within_a_missing_one_waits_for_that() -> None:
    """Of a part within one that is missing itself it is said which to mend first; of one that nothing is like, that."""
    inside = pages.in_words(Missing("a.b.c", "C.", 'text = "A"', inside="a.b.d"))
    assert "within a.b.d, which is missing itself" in inside
    assert "nothing on the page is like it" in pages.in_words(Missing("a.b.c", "C.", 'text = "A"'))


def test_a_file_of_screens_that_cannot_be_is_a_misuse(command: typer.Typer, tmp_path: Path) -> None:
    """The command refuses a file that it cannot use, before anything is looked at."""
    done = CliRunner().invoke(command, ["--screens", str(tmp_path / "nowhere.toml")])
    assert done.exit_code == 2
    assert "nowhere.toml" in done.stderr
    assert done.stdout == ""
