"""Verdicts, results and the report."""

import dataclasses
import json

from harness.evidence.record import Outcome, Record, StepRecord
from harness.redaction import redact
from harness.signoff.clauses import Clause, Document
from harness.signoff.report import as_html
from harness.signoff.results import as_json
from harness.signoff.verdicts import LONG_TABLE, SignOff, sign_off

DOCUMENT = Document(
    "A runbook",
    (
        Clause("UPG-01", "Steps 1", "admin", "both", "integration", "One thing."),
        Clause("UPG-02", "Steps 2", "admin", "Gladly", "systems", "Another."),
    ),
)


def record(
    outcome: Outcome,
    *,
    world: str = "memory",
    name: str = "S",
    reason: str = "",
    tag: str = "UPG-01",
    seen: tuple[str, ...] = ("answers", "calls"),
) -> Record:
    """Return a record that ended so."""
    steps = [StepRecord("Given", "a <b>step</b>", "passed")]
    return Record("f.feature", "R", name, (), world, (tag,), steps, outcome, reason, seen=list(seen))


def signed(
    *records: Record, findings: tuple[str, ...] = (), worlds: tuple[str, ...] = ("memory", "http")
) -> SignOff:
    """Return the sign-off of the records."""
    return sign_off([DOCUMENT], records, worlds, findings, "the reference integration")


def test_a_clause_fails_if_it_failed_in_any_world() -> None:
    """One failed scenario fails its clause and the whole, whatever passed elsewhere."""
    result = signed(record("passed"), record("failed", world="http"))
    assert [one.verdict for one in result.chapters[0].results] == ["failed", "not tested"]
    assert result.verdict == "failed"


def test_rows_that_differ_in_data_only_are_no_gap() -> None:
    """Rows of a long table that a world leaves out do not lessen what it shows by the others; their number is said."""
    left_out = record("not run", world="http", name="Row 2")
    rows = [
        record("passed", world="http", name="Row 1"),
        dataclasses.replace(left_out, tags=("UPG-01", LONG_TABLE)),
    ]
    [in_http] = [one for one in signed(*rows).chapters[0].results[0].worlds if one.world == "http"]
    assert (in_http.verdict, in_http.not_run) == ("passed", 1)
    rows[1] = left_out
    [in_http] = [one for one in signed(*rows).chapters[0].results[0].worlds if one.world == "http"]
    assert in_http.verdict == "passed in part"


def test_what_was_not_run_is_not_passed() -> None:
    """A clause whose scenarios were all not run is not tested."""
    result = signed(record("not run", reason="it needs pages"), record("passed", tag="UPG-02"))
    assert [one.verdict for one in result.chapters[0].results] == ["not tested", "passed"]
    assert "but not everything was tested" in as_html(result)
    assert "it needs pages" in as_html(result)


def test_what_was_run_in_part_is_passed_in_part() -> None:
    """A clause with a scenario that no world ran is passed in part, unless one world ran them all."""
    part = signed(record("passed"), record("not run", name="T"), worlds=("memory",))
    assert part.chapters[0].results[0].verdict == "passed in part"
    assert "1 passed in part" in as_html(part)
    full = signed(record("passed"), record("not run", name="T"), record("passed", world="http"))
    assert full.chapters[0].results[0].verdict == "passed"


def test_a_finding_of_the_gate_fails_the_whole() -> None:
    """Passed scenarios are not enough when something declared was lost."""
    assert signed(record("passed")).verdict == "passed"
    assert signed(record("passed"), findings=("lost",)).verdict == "failed"


def test_nothing_run_is_not_passed() -> None:
    """No record at all is a failed sign-off."""
    assert signed().verdict == "failed"


def test_the_same_results_give_the_same_bytes() -> None:
    """The order in which records come in does not show."""
    one, two = record("passed", name="A"), record("passed", name="B", world="http")
    assert as_json(signed(one, two)) == as_json(signed(two, one))
    assert as_html(signed(one, two)) == as_html(signed(two, one))


def test_results_are_data() -> None:
    """results.json holds the verdict, the clauses by world, and every scenario with its steps."""
    data = json.loads(as_json(signed(record("failed", reason="broken"))))
    assert data["verdict"] == "failed"
    assert data["counts"] == {"passed": 0, "failed": 1, "not run": 0}
    assert set(data) == {
        *("format", "verdict", "complete", "environment", "worlds", "integration", "counts", "documents"),
        *("scenarios", "findings"),
    }
    assert (data["integration"], data["worlds"]) == ("the reference integration", ["memory", "http"])
    [document] = data["documents"]
    assert [clause["id"] for clause in document["clauses"]] == ["UPG-01", "UPG-02"]
    assert set(document["clauses"][0]) == {"id", "says", "subject", "verdict", "worlds"}
    assert document["clauses"][0]["worlds"]["memory"] == {"verdict": "failed", "scenarios": 1, "not_run": 0}
    assert data["scenarios"][0]["steps"][0]["outcome"] == "passed"


def test_the_report_escapes_what_it_shows() -> None:
    """Markup in a step or a reason stays text."""
    html = as_html(signed(record("failed", reason="<script>alert(1)</script>")))
    assert "<script>" not in html
    assert "a &lt;b&gt;step&lt;/b&gt;" in html


def test_the_report_says_which_worlds_are_missing() -> None:
    """Worlds that were not run are named with what that means."""
    html = as_html(signed(record("passed")))
    assert "<strong>browser</strong>" in html
    assert "<strong>live</strong>" in html


def test_keys_and_credentials_are_redacted() -> None:
    """Known secrets by value and unknown ones by their look never reach a record."""
    text = (
        "key pk_0123456789abcdef0123456789abcdef01 token hush-hush Authorization: Basic dXNlcjpwYXNzd29yZA=="
    )
    clean = redact(text, ["hush-hush"])
    assert clean == "key [redacted] token [redacted] Authorization: Basic [redacted]"


def test_what_is_about_the_integration_is_proven_by_what_was_seen_of_it() -> None:
    """A scenario in which the integration called nobody proves no clause about it, and may prove one about the systems."""
    seen_to_answer = ("answers",)
    about_it = signed(record("passed", seen=seen_to_answer))
    about_systems = signed(record("passed", tag="UPG-02", seen=()))

    assert [about_it.chapters[0].results[0].verdict, about_systems.chapters[0].results[1].verdict] == [
        "not tested",
        "passed",
    ]
    assert signed(record("passed"), record("passed", seen=())).chapters[0].results[0].verdict == "passed"
