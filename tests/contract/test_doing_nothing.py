"""An integration that says yes to everything and does nothing proves nothing about itself."""

import json
from pathlib import Path

import pytest

from tests.contract.test_any_integration import integration, run_on_the_command_line
from tests.length import LONG

ONLY_ACCEPTS = {"CON-01"}
"""The one thing that doing nothing is enough for: to accept what is of no use."""


@pytest.mark.skipif(not LONG, reason="every scenario in the http world, and most wait in vain: LONG_TESTS=1")
def test_no_clause_about_the_integration_passes(tmp_path: Path) -> None:
    """Of all clauses about the integration only the one passes that asks it to accept what is of no use to it."""
    pack = tmp_path / "pack"
    run = run_on_the_command_line(
        integration(tmp_path, "pass"), "test_", "--deadline", "1", f"--signoff={pack}", "-n", "2", within=900
    )
    results = json.loads((pack / "results.json").read_text())
    clauses = [clause for document in results["documents"] for clause in document["clauses"]]
    passed = {one["id"] for one in clauses if one["subject"] == "integration" and one["verdict"] == "passed"}

    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout[-2_000:]
    assert passed <= ONLY_ACCEPTS
    assert "The integration was not seen to do anything" in (pack / "signoff.html").read_text()
