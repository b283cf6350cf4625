"""``results.json``: everything that was found out, and nothing that changes from run to run."""

import json
from pathlib import Path
from typing import Any

from harness.evidence.record import Record, Times
from harness.signoff.clauses import load_all
from harness.signoff.pack.attestation import result_of, statement
from harness.signoff.pack.canonical import is_canonical
from harness.signoff.results import as_json, results
from harness.signoff.verdicts import sign_off
from harness.signoff.writing import clause_digests, feature_digests
from tests.signoff.test_verdicts import DOCUMENT, record, signed

RUN = {"integration": {"command": "app", "digest": "a" * 64}}


def test_results_are_data() -> None:
    """They hold the verdict, each clause with its verdict by world, and every scenario with its steps."""
    data = results(signed(record("failed", reason="broken")))
    assert (data["format"], data["verdict"], data["complete"]) == (2, "failed", False)
    assert data["counts"] == {"passed": 0, "failed": 1, "not run": 0}
    assert data["systems"] == {"memory": "fakes", "http": "fakes"}
    clauses = {one["id"]: one for one in data["documents"][0]["clauses"]}
    assert {name: (one["subject"], one["answer"]) for name, one in clauses.items()} == {
        "UPG-01": ("integration", "no"),
        "UPG-02": ("systems", "unverified"),
    }
    assert clauses["UPG-01"]["worlds"]["memory"] == {"verdict": "failed", "scenarios": 1, "not_run": 0}
    assert data["scenarios"][0]["steps"][0]["outcome"] == "passed"


def test_the_same_results_give_the_same_bytes() -> None:
    """Neither the order in which records come in nor how long they took shows."""
    one, two = record("passed", name="A"), record("passed", name="B", world="http")
    text = as_json(signed(one, two))
    one.times, one.account, one.agents = Times(3.0), ["at 10:00"], ["app/1"]
    assert as_json(signed(two, one)) == text
    assert is_canonical(text, json.loads(text))


def test_a_clause_whose_sentence_has_changed_is_unverified() -> None:
    """Its verdict stays what it was; the whole is not passed any more."""
    stale = {"UPG-01": "rests on a sentence that is gone"}
    data = results(
        sign_off([DOCUMENT], [record("passed")], ["memory"], (), "an integration", stale_clauses=stale)
    )
    [first, _] = data["documents"][0]["clauses"]
    assert (first["verdict"], first["answer"], data["verdict"]) == ("passed", "unverified", "failed")
    assert data["stale_clauses"] == stale


def test_against_what_the_live_world_was_run_is_told_as_it_was() -> None:
    """A rehearsal's systems are fakes, and a live world in which nothing was run was run against nothing."""
    live = record("passed", world="live")

    def systems(*records: Record, **how: Any) -> Any:
        return results(sign_off([DOCUMENT], records, ["memory", "live"], (), "an app", **how))["systems"]

    assert systems(live) == {"memory": "fakes", "live": "real systems"}
    assert systems(live, is_rehearsal=True) == {"memory": "fakes", "live": "fakes"}
    assert systems(record("not run", world="live")) == {"memory": "fakes", "live": "nothing"}


def test_clauses_name_what_they_rest_on() -> None:
    """A clause of the project's own has the differences and the mutants that belong to it."""
    data = results(sign_off(load_all(), [], ["memory"], (), "an integration"))
    clauses = {one["id"]: one for document in data["documents"] for one in document["clauses"]}
    assert clauses["CON-03"]["mutants"]
    assert any(one["differences"] for one in clauses.values())


def test_the_attestation_says_what_the_results_say() -> None:
    """Its result, and each scenario among those that passed, failed or were not run."""
    data = results(signed(record("passed"), record("failed", name="T"), record("not run", name="U")))
    attested = statement(data, "b" * 64, {"content": "c" * 64}, RUN)
    told = attested["predicate"]
    assert told["result"] == "FAILED"
    assert [told[f"{kind}Tests"] for kind in ("passed", "failed", "warned")] == [
        ["f.feature: S (memory)"],
        ["f.feature: T (memory)"],
        ["f.feature: U (memory)"],
    ]
    assert [one["name"] for one in attested["subject"]] == ["results.json", "app"]


def test_what_was_not_tested_is_a_warning() -> None:
    """``PASSED`` is said of nothing less than a complete run."""
    assert result_of(results(signed(record("passed")))) == "WARNED"
    assert result_of(results(signed(record("passed"), record("passed", tag="UPG-02")))) == "PASSED"


def test_features_and_clauses_have_digests(tmp_path: Path) -> None:
    """One changed letter of a feature changes its digest alone."""
    (tmp_path / "a.feature").write_text("Feature: A")
    (tmp_path / "b.feature").write_text("Feature: B")
    before = feature_digests(tmp_path)
    (tmp_path / "b.feature").write_text("Feature: C")
    after = feature_digests(tmp_path)
    assert {name for name in before if before[name] != after[name]} == {"b.feature"}
    assert len(clause_digests()) == len([clause for document in load_all() for clause in document.clauses])
