"""What the records amount to."""

import dataclasses

from harness.evidence.record import Outcome, Record, StepRecord
from harness.redaction import redact
from harness.signoff.clauses import Clause, Document
from harness.signoff.verdicts import OF_A_LONG_TABLE, SignOff, sign_off

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


def verdicts(result: SignOff) -> list[str]:
    """Return the verdict of each clause."""
    return [one.verdict for one in result.chapters[0].results]


def test_a_clause_fails_if_it_failed_in_any_world() -> None:
    """One failed scenario fails its clause and the whole, whatever passed elsewhere."""
    result = signed(record("passed"), record("failed", world="http"))
    assert verdicts(result) == ["failed", "not tested"]
    assert result.verdict == "failed"


def test_rows_that_differ_in_data_only_are_no_gap() -> None:
    """Rows of a long table that a world leaves out do not lessen what it shows by the others; their number is said."""
    left_out = record("not run", world="http", name="Row 2")
    rows = [
        record("passed", world="http", name="Row 1"),
        dataclasses.replace(left_out, reason=f"not run in the http world: {OF_A_LONG_TABLE} (a long table)"),
    ]
    [in_http] = [one for one in signed(*rows).chapters[0].results[0].worlds if one.world == "http"]
    assert (in_http.verdict, in_http.not_run) == ("passed", 1)
    rows[1] = left_out
    [in_http] = [one for one in signed(*rows).chapters[0].results[0].worlds if one.world == "http"]
    assert in_http.verdict == "passed in part"


def test_what_was_not_run_is_not_passed() -> None:
    """A clause whose scenarios were all not run is not tested."""
    result = signed(record("not run", reason="it needs pages"), record("passed", tag="UPG-02"))
    assert verdicts(result) == ["not tested", "passed"]


def test_what_was_run_in_part_is_passed_in_part() -> None:
    """A clause with a scenario that no world ran is passed in part; what one world ran is no gap, whatever another left out."""
    part = signed(record("passed"), record("not run", name="T"), worlds=("memory",))
    assert verdicts(part)[0] == "passed in part"
    nowhere = signed(record("passed"), record("not run", name="T"), record("passed", world="http"))
    assert verdicts(nowhere)[0] == "passed in part"
    each = (record("passed"), record("not run", name="T"))
    others = (record("not run", world="http"), record("passed", name="T", world="http"))
    assert verdicts(signed(*each, *others))[0] == "passed"


def test_a_finding_of_the_gate_fails_the_whole() -> None:
    """Passed scenarios are not enough when something declared was lost."""
    assert signed(record("passed")).verdict == "passed"
    assert signed(record("passed"), findings=("lost",)).verdict == "failed"


def test_nothing_run_is_not_passed() -> None:
    """No record at all is a failed sign-off."""
    assert signed().verdict == "failed"


def test_what_is_about_the_integration_is_proven_by_what_was_seen_of_it() -> None:
    """A scenario in which the integration called nobody proves no clause about it, and may prove one about the systems."""
    about_it = signed(record("passed", seen=("answers",)))
    about_systems = signed(record("passed", tag="UPG-02", seen=()))

    assert [verdicts(about_it)[0], verdicts(about_systems)[1]] == ["not tested", "passed"]
    assert verdicts(signed(record("passed"), record("passed", seen=())))[0] == "passed"


def test_keys_and_credentials_are_redacted() -> None:
    """Known secrets by value and unknown ones by their look never reach a record."""
    text = (
        "key pk_0123456789abcdef0123456789abcdef01 token hush-hush Authorization: Basic dXNlcjpwYXNzd29yZA=="
    )
    clean = redact(text, ["hush-hush"])
    assert clean == "key [redacted] token [redacted] Authorization: Basic [redacted]"
