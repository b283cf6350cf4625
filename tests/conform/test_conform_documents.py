"""The fakes held against the vendors' own documents, where these are at hand."""

import os
from pathlib import Path

import pytest

from fakes.conform.command import check
from fakes.conform.report import Report

SPECS = os.environ.get("VENDOR_SPECS")
pytestmark = pytest.mark.skipif(not SPECS, reason="VENDOR_SPECS names no folder with the vendors' documents")


@pytest.fixture(scope="module", name="report", params=["Klaviyo", "Gladly"])
def _report(request: pytest.FixtureRequest) -> Report:
    vendor: str = request.param
    (path,) = Path(SPECS or "").glob(f"{vendor.lower()}-*.json")
    return check(vendor, path)


def test_nothing_deviates_unexplained(report: Report) -> None:
    """Every call of the fake that the document has conforms, or deviates as the ledger says."""
    bad = {one.operation: one.word for one in report.verdicts if one.word in {"deviates", "not driven"}}
    assert bad == {}
    assert report.lost == ()
    assert not report.failed
    assert report.verdicts


def test_no_rule_is_idle(report: Report) -> None:
    """Every deviation on purpose is one: a rule that explains nothing has outlived its cause."""
    assert [rule.row for rule in report.idle] == []
