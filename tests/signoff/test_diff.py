"""What a reviewer of an upgrade reads: everything that differs, what is for the worse first, and nothing that does not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.signoff.diff.packs import compare
from harness.signoff.pack.pack import read
from tests.signoff.conftest import SCENARIOS
from tests.signoff.packs import REFERENCE, Making, Shown, change, load, make, seal


def differences(folder: Path, *shown: Shown, **making: Any) -> list[str]:
    """Return what differs in a pack of these scenarios from the usual one: "!" before what is for the worse."""
    before = make(folder / "before", *SCENARIOS)
    after = make(folder / "after", *shown, making=Making(**making))
    return said(before, after)


def said(before: Path, after: Path) -> list[str]:
    """Return the differences of two packs in words."""
    found = compare(read(before), read(after))
    return [f"{'!' if one.is_worse else ''}{one.group}: {one}" for one in found]


def test_nothing_differs_from_the_same_results_at_another_time(pack: Path, tmp_path: Path) -> None:
    """A pack is no different from itself, nor from one of another hour that was made elsewhere."""
    assert said(pack, pack) == []
    assert (
        differences(
            tmp_path, *reversed(SCENARIOS), began="2026-04-01T10:00:00Z", ended="2026-04-01T11:00:00Z"
        )
        == []
    )


def test_a_scenario_that_broke_is_told_from_the_verdict_down(tmp_path: Path) -> None:
    """The verdict, the clause with its worlds, the scenario with its reason, its step: all for the worse, in this order."""
    broken = replace(SCENARIOS[0], outcome="failed", reason="no key")
    assert differences(tmp_path, broken, *SCENARIOS[1:]) == [
        "!verdict: verdict: passed → failed",
        "!clauses: UPG-01 “One thing.”: yes, passed (memory: passed, 2 of 2 run) → no, failed (memory: failed, 2 of 2 run)",
        "!scenarios: upgrade/keys.feature: A key is made (memory): passed → failed (no key)",
        "!steps: upgrade/keys.feature: A key is made (memory): When A key is made happens: passed → failed",
    ]


def test_what_got_better_is_no_alarm(tmp_path: Path) -> None:
    """The other way round the same is said, and nothing of it is for the worse."""
    broken = replace(SCENARIOS[0], outcome="failed", reason="no key")
    before = make(tmp_path / "a", broken, *SCENARIOS[1:])
    found = said(before, make(tmp_path / "b", *SCENARIOS))
    assert found[0] == "verdict: verdict: failed → passed"
    assert not [one for one in found if one.startswith("!")]


def test_scenarios_that_are_gone_new_or_left_out(tmp_path: Path) -> None:
    """One that is gone or left out is for the worse, a new one is not; what is for the worse comes first."""
    found = differences(
        tmp_path,
        SCENARIOS[0],
        *SCENARIOS[2:4],
        replace(SCENARIOS[4], outcome="not run", reason="needs x"),
        Shown("A new one"),
    )
    scenarios = [one for one in found if one.lstrip("!").startswith("scenarios: ")]
    assert scenarios == [
        "!scenarios: upgrade/keys.feature: A key is used (memory): gone, was passed",
        "!scenarios: upgrade/keys.feature: A row [1 | x] (http): passed → not run (needs x)",
        "scenarios: upgrade/keys.feature: A new one (memory): new: passed",
    ]
    assert found == [
        *(one for one in found if one.startswith("!")),
        *(one for one in found if not one.startswith("!")),
    ]


def test_less_in_one_world_is_for_the_worse_whatever_another_shows(tmp_path: Path) -> None:
    """A clause whose verdict stands by another world is told all the same, and so is what else is said of it."""
    left_out = replace(SCENARIOS[4], outcome="not run", reason="it needs tables")
    found = differences(tmp_path, *SCENARIOS[:4], left_out)
    assert found[0] == (
        "!clauses: UPG-02 “Another.”: yes, passed (http: passed, 1 of 2 run) → "
        "yes, passed (http: not tested, 0 of 2 run)"
    )
    after = make(tmp_path / "other", *SCENARIOS)
    _clause(after)
    assert said(tmp_path / "before", after) == [
        "clauses: UPG-01 “One thing.”, mutants: nothing → mistake y, name x"
    ]


def test_evidence_is_told_by_scenario_and_number_of_entries(tmp_path: Path) -> None:
    """Where only what was seen differs, it says of which scenario, and in how many entries and pictures."""
    other = replace(SCENARIOS[0], entries=4, picture=b"\x89PNG other")
    [found] = differences(tmp_path, other, *SCENARIOS[1:])
    assert found == (
        "evidence: upgrade/keys.feature: A key is made (memory): "
        "2 entries, 1 pictures → 4 entries, 1 pictures; 2 entries and 1 pictures differ"
    )


def test_what_the_integration_no_longer_does_is_for_the_worse(tmp_path: Path) -> None:
    """Less seen of the integration shows as such, and in its clause."""
    found = differences(tmp_path, replace(SCENARIOS[0], seen=("answers",)), *SCENARIOS[1:])
    assert found == [
        "!scenarios: upgrade/keys.feature: A key is made (memory), seen of the integration: answers, calls → answers"
    ]


@pytest.mark.parametrize(
    ("making", "expected"),
    [
        ({"findings": ["a secret was found"]}, ["!verdict: a finding: new: a secret was found"]),
        (
            {"stale": {"UPG-01": "the sentence changed"}},
            ["!verdict: UPG-01 is stale: new: the sentence changed"],
        ),
        (
            {"features": {"upgrade/keys.feature": "8" * 64}},
            [
                "sources: trouble/waits.feature: gone, was 2222222222222222",
                "sources: upgrade/keys.feature: 1111111111111111 → 8888888888888888",
            ],
        ),
        (
            {"clauses": {"UPG-01": "8" * 64, "UPG-02": "4" * 64}},
            ["sources: the clause UPG-01: 3333333333333333 → 8888888888888888"],
        ),
        ({"commit": "def"}, ["run: environment, commit: abc → def"]),
        (
            {"integration": {**REFERENCE, "says": "reference/2"}},
            ["run: integration, says: reference/1 → reference/2"],
        ),
        (
            {"real": ["http"]},
            [
                "run: systems, http: the fakes of http → the real systems of http",
                "run: systems: http fakes, memory fakes → http real systems, memory fakes",
            ],
        ),
    ],
)
def test_what_it_was_made_of_and_with(tmp_path: Path, making: dict[str, Any], expected: list[str]) -> None:
    """Findings, stale clauses, sources, versions, the integration and the systems are told, if they differ."""
    found = differences(tmp_path, *SCENARIOS, **making)
    assert all(any(one.startswith(line) for one in found) for line in expected), found
    assert all(one.startswith("!") == ("findings" in making or "stale" in making) for one in found)


def test_steps_that_were_written_otherwise(pack: Path, tmp_path: Path) -> None:
    """A step that is new, gone or in another place is told by its words."""
    after = make(tmp_path / "after", *SCENARIOS)
    scenarios = load(after, "results.json")["scenarios"]
    scenarios[0]["steps"][0]["text"] = "another key"
    scenarios[1]["steps"].reverse()
    change(after, "results.json", scenarios=scenarios)
    given, when = "Given a key", "When A key is used happens"
    assert said(pack, after) == [
        "steps: upgrade/keys.feature: A key is made (memory), a step: gone, was Given a key",
        "steps: upgrade/keys.feature: A key is made (memory), a step: new: Given another key",
        f"steps: upgrade/keys.feature: A key is used (memory), order of steps: {given}; {when} → {when}; {given}",
    ]


def _top(folder: Path) -> None:
    change(folder, "results.json", notes="new")


def _clause(folder: Path) -> None:
    documents = load(folder, "results.json")["documents"]
    documents[0]["clauses"][0]["mutants"] = [{"name": "x", "mistake": "y"}]
    change(folder, "results.json", documents=documents)


def _title(folder: Path) -> None:
    documents = load(folder, "results.json")["documents"]
    change(folder, "results.json", documents=[{**documents[0], "title": "Another"}])


def _kind(folder: Path) -> None:
    scenarios = load(folder, "results.json")["scenarios"]
    change(folder, "results.json", scenarios=[{**scenarios[0], "kind": "crashed"}, *scenarios[1:]])


def _failure(folder: Path) -> None:
    change(folder, SCENARIOS[0].path, failure={"said": ["expected a key"]})


@pytest.mark.parametrize("do", [_top, _clause, _title, _kind, _failure])
def test_packs_that_are_not_the_same_are_never_called_the_same(
    pack: Path, tmp_path: Path, do: Callable[[Path], None]
) -> None:
    """Whatever in results and evidence differs, something is said."""
    after = make(tmp_path / "after", *SCENARIOS)
    do(after)
    seal(after)
    assert said(pack, after) != []
