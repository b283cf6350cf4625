"""Cucumber's own HTML formatter and Allure render the pack, and count as we do (``make test-long``)."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
import referencing

from harness.worlds.registry import why_no_browser
from scripts.formatters import CUCUMBER, TOOLS, counted_by_allure, counted_by_cucumber, install
from tests.length import LONG
from tests.signoff.standards_pack import packed, results, with_evidence

NEEDED = {"npm": "@cucumber's tools", "java": "Allure"}
pytestmark = [
    pytest.mark.skipif(not LONG, reason="npm brings what it needs: with LONG_TESTS only"),
    *(
        pytest.mark.skipif(shutil.which(program) is None, reason=f"{whose} need {program}")
        for program, whose in NEEDED.items()
    ),
]


@pytest.mark.skipif(bool(why_no_browser()), reason="the page is looked at in a browser")
def test_cucumbers_formatter_counts_as_we_do(tmp_path: Path) -> None:
    """Cucumber's query and the page that its formatter makes have our counts."""
    said = results()
    with_evidence(said, tmp_path)
    query, page = counted_by_cucumber(packed(said, tmp_path), tmp_path)
    assert query == page == said["counts"]


def test_every_message_keeps_to_the_schema(tmp_path: Path) -> None:
    """Cucumber's own JSON schema accepts each message."""
    said = results()
    with_evidence(said, tmp_path)
    install(*CUCUMBER)
    schema = json.loads((TOOLS / "node_modules/@cucumber/messages/messages.schema.json").read_text())
    parts = {part["$id"]: referencing.Resource.from_contents(part) for part in schema["$defs"].values()}
    registry = referencing.Registry().with_resources(parts.items())
    validator = jsonschema.Draft202012Validator(schema, registry=registry)
    counted_by_cucumber(packed(said, tmp_path), tmp_path)
    lines = (tmp_path / "messages.ndjson").read_text().splitlines()
    assert len(lines) > len(said["scenarios"])
    assert [line for line in lines if not validator.is_valid(json.loads(line))] == []


def test_allure_counts_as_we_do(tmp_path: Path) -> None:
    """The report that Allure makes has our counts."""
    said = results()
    with_evidence(said, tmp_path)
    assert counted_by_allure(packed(said, tmp_path), tmp_path) == said["counts"]
