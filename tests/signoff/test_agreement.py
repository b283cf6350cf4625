"""What was left out of a pack, or written into it twice, contradicts the rest, however consistently it was done."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.signoff.pack.verify import problems
from tests.signoff.conftest import SCENARIOS
from tests.signoff.packs import Making, Shown, change, load, make, put, results_of, seal

KEYS = "upgrade/keys.feature"
REMOVED = "a secret stood in {}: what looks like a key; the file was removed"
Json = dict[str, Any]


def edited(folder: Path, how: Callable[[Json], object]) -> list[str]:
    """Change the results, seal the pack, and return what is wrong with it."""
    data = load(folder, "results.json")
    how(data)
    change(folder, "results.json", **data)
    seal(folder)
    return problems(folder)


def clauses(data: Json) -> list[Json]:
    """Return the clauses in results."""
    found: list[Json] = data["documents"][0]["clauses"]
    return found


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda data: clauses(data).pop(), "UPG-02 is missing, and manifest.json has it"),
        (lambda data: data["documents"].clear(), "UPG-01 is missing, and manifest.json has it"),
        (lambda data: clauses(data).append(clauses(data)[0]), "UPG-01 stands there 2 times"),
        (
            lambda data: clauses(data).append({**clauses(data)[0], "id": "UPG-03", "scenarios": []}),
            "UPG-03 is a clause that manifest.json does not have",
        ),
        (
            lambda data: clauses(data)[0]["worlds"].pop("http"),
            "UPG-01 has verdicts in other worlds than the run",
        ),
        (
            lambda data: clauses(data)[0]["worlds"].update(live=clauses(data)[0]["worlds"]["http"]),
            "UPG-01 has verdicts in other worlds than the run",
        ),
        (lambda data: data["worlds"].remove("http"), "there are scenarios of the http world"),
        (lambda data: data["worlds"].append("http"), "a world stands there twice"),
        (lambda data: data["systems"].pop("http"), "it says of other worlds than its own which systems"),
        (
            lambda data: data["scenarios"].insert(0, data["scenarios"][0]),
            f"{KEYS}: A key is made (memory) stands there 2 times",
        ),
        (lambda data: clauses(data)[0].update(scenarios=["A key is made"]), "UPG-01 names other scenarios"),
    ],
)
def test_what_results_leave_out_or_have_twice_is_named(
    pack: Path, how: Callable[[Json], object], said: str
) -> None:
    """Clauses are those of the manifest, worlds those of the run, and each scenario stands once a world."""
    found = edited(pack, how)
    assert any(line.startswith(f"results.json: {said}") for line in found), found


def test_what_was_executed_too_often_may_stand_there_twice(tmp_path: Path) -> None:
    """A finding that says so is enough: the run has failed for it."""
    twice = (SCENARIOS[0], SCENARIOS[0])
    folder = make(tmp_path / "pack", *twice)
    assert problems(folder) == [f"results.json: {KEYS}: A key is made (memory) stands there 2 times"]
    found = Making(findings=[f"executed but not declared so often: {KEYS}: A key is made "])
    assert problems(make(tmp_path / "told", *twice, making=found)) == []


def without_evidence(folder: Path, *shown: Shown, findings: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong with a pack whose first scenario has lost its evidence."""
    making = Making(findings=findings)
    make(folder, *shown, making=making)
    (folder / shown[0].path).unlink()
    data = results_of(shown, making)
    data["scenarios"][0]["evidence"] = []
    put(folder, "results.json", b"{}\n")
    change(folder, "results.json", **data)
    seal(folder)
    return problems(folder)


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_what_was_run_has_evidence(tmp_path: Path, outcome: str) -> None:
    """A scenario that was run and names nothing that was seen shows nothing."""
    lost = replace(SCENARIOS[1], outcome=outcome, trace=b"")
    assert without_evidence(tmp_path / "pack", lost) == [
        f"results.json: {KEYS}: A key is used (memory) {outcome}, and names no evidence"
    ]


@pytest.mark.parametrize(
    ("place", "is_excused"),
    [
        ("evidence/memory/upgrade/keys/a-key-is-used.json", True),
        ("evidence/memory/upgrade/\u2026/a-key-is-used.json", True),
        ("file 7 of the pack", True),
        ("evidence/http/upgrade/keys/a-key-is-used.json", False),
        ("live.json", False),
    ],
)
def test_evidence_that_was_taken_out_for_a_secret_is_told(
    tmp_path: Path, place: str, is_excused: bool
) -> None:
    """Where a finding says that the file was removed, it is no wonder that it is not there."""
    lost = replace(SCENARIOS[1], trace=b"")
    found = without_evidence(tmp_path / "pack", lost, findings=(REMOVED.format(place),))
    assert (found == []) == is_excused, found


def test_evidence_that_was_gone_before_it_was_signed_is_told(tmp_path: Path) -> None:
    """A finding that says which file was gone at the end of the run speaks for itself."""
    lost = replace(SCENARIOS[1], trace=b"")
    assert without_evidence(tmp_path / "pack", lost, findings=(f"the evidence {lost.path} is gone",)) == []


@pytest.mark.parametrize("change_to", [{"kind": "crashed"}, {"steps": []}])
def test_what_died_or_had_no_steps_has_nothing_to_show(tmp_path: Path, change_to: Json) -> None:
    """A scenario whose process died, and one that failed for having no steps, were never seen."""
    folder = tmp_path / "pack"
    lost = replace(SCENARIOS[1], outcome="failed", trace=b"")
    without_evidence(folder, lost)
    assert edited(folder, lambda data: data["scenarios"][0].update(change_to)) == []


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (
            lambda tests: tests["passedTests"].reverse(),
            "other tests passed than in results.json, by their order",
        ),
        (lambda tests: tests["passedTests"].pop(), "other tests passed than in results.json: "),
        (
            lambda tests: tests["warnedTests"].__setitem__(0, "Nobody wrote this"),
            "other tests not run than in results.json: Nobody wrote this, ",
        ),
        (lambda tests: tests["failedTests"].append("x"), "other tests failed than in results.json: x"),
        (
            lambda tests: tests["run"]["systems"].pop("http"),
            "its run was in other worlds than results.json says",
        ),
        (
            lambda tests: tests["run"]["systems"].update(live="Klaviyo"),
            "its run was in other worlds than results.json says",
        ),
    ],
)
def test_the_attestation_names_the_very_tests_and_worlds(
    pack: Path, how: Callable[[Json], object], said: str
) -> None:
    """Its lists are the names of the records, and its run was in the worlds of the results."""
    statement = load(pack, "attestation.json")
    how(statement["predicate"])
    change(pack, "attestation.json", **statement)
    seal(pack)
    found = problems(pack)
    assert any(line.startswith(f"attestation.json: {said}") for line in found), found


def of_one_clause(proof: str, verdict: str) -> Callable[[Json], object]:
    """Return what lets the first clause say that it is proven so, with this verdict in memory."""

    def changed(data: Json) -> None:
        clause = clauses(data)[0]
        clause["worlds"]["memory"]["verdict"] = verdict
        clause.update(proof=proof, verdict=verdict)
        clause["answer"] = "yes" if verdict == "passed" else "unverified"
        data["complete"] = verdict == "passed"

    return changed


@pytest.mark.parametrize(
    ("seen", "proof", "right"),
    [
        (("answers",), "calls", "not tested"),
        (("answers",), "answers", "passed"),
        ((), "answers", "not tested"),
        (("answers", "calls"), "calls", "passed"),
    ],
)
def test_a_clause_is_judged_anew_by_what_was_seen(
    tmp_path: Path, seen: tuple[str, ...], proof: str, right: str
) -> None:
    """What is about the integration is proven only where that was seen to do what the clause asks for."""
    wrong = "passed" if right == "not tested" else "not tested"
    for verdict in (right, wrong):
        folder = make(tmp_path / verdict, replace(SCENARIOS[0], seen=seen), SCENARIOS[2])
        statement = load(folder, "attestation.json")
        statement["predicate"]["result"] = "PASSED" if verdict == "passed" else "WARNED"
        change(folder, "attestation.json", **statement)
        said = f"results.json: UPG-01 in memory: {verdict!r}, against the outcomes of its scenarios"
        found = edited(folder, of_one_clause(proof, verdict))
        assert any(line.startswith(said) for line in found) == (verdict != right), found
        assert bool(found) == (verdict != right), found
