"""Packs joined: each result once, with its origin, and never the better of two."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from harness.errors import CannotMerge, NoPack, NotWhole
from harness.signoff.clauses import Document
from harness.signoff.merge.attestation import Merger
from harness.signoff.merge.packs import merge
from harness.signoff.pack.approvals import Asked
from harness.signoff.pack.changes import approve
from harness.signoff.pack.pack import read
from harness.signoff.pack.verify import problems
from tests.signoff.conftest import AT, NOBODY
from tests.signoff.packs import (
    DOCUMENT,
    PNG,
    REFERENCE,
    Making,
    Shown,
    change,
    load,
    make,
    picture_path,
    put,
    seal,
    yardstick,
)

MADE = Shown("A key is made", picture=PNG)
USED = Shown("A key is used", picture=PNG, trace=b"PK")
IN_HTTP = Shown("A key is made", world="http")
PAGE = Shown("A page says so", tag="UPG-02")
EVERY = yardstick(MADE, USED, PAGE)
MERGER = Merger("ci", {"platform": "Linux"}, {"commit": "abc"}, "python -m harness signoff merge")
LOST = "declared but not executed in memory: upgrade/keys.feature: {} "


def shard(folder: Path, *shown: Shown, lost: Sequence[str] = (), **making: Any) -> Path:
    """Return a pack that lacks the scenarios named."""
    return make(folder, *shown, making=Making(lost=[LOST.format(one) for one in lost], **making))


def joined(out: Path, *folders: Path) -> Mapping[str, Any]:
    """Merge, see that the new pack is whole, and return its results."""
    results = merge(out, folders, EVERY, MERGER, NOBODY)
    assert problems(out) == []
    assert load(out, "results.json") == results
    return results


def told(results: Mapping[str, Any], name: str, world: str = "memory") -> Mapping[str, Any]:
    """Return the record of a scenario."""
    [found] = [one for one in results["scenarios"] if (one["name"], one["world"]) == (name, world)]
    return dict(found)


def test_shards_that_failed_by_themselves_are_whole_together(tmp_path: Path) -> None:
    """What each shard lacks the others have: the findings about lost scenarios are gone, and the verdict is passed."""
    one = shard(tmp_path / "one", MADE, lost=["A key is used", "A page says so"])
    two = shard(tmp_path / "two", USED, PAGE, lost=["A key is made"])
    assert load(one, "results.json")["verdict"] == load(two, "results.json")["verdict"] == "failed"
    results = joined(tmp_path / "out", one, two)
    assert (results["verdict"], results["complete"], results["findings"]) == ("passed", True, [])
    assert [(one["name"], one["origin"]) for one in results["scenarios"]] == [
        ("A key is made", 0),
        ("A key is used", 1),
        ("A page says so", 1),
    ]
    assert [one["name"] for one in results["origins"]] == ["one", "two"]
    assert results["origins"][0]["content"] == load(one, "manifest.json")["digests"]["content"]


def test_what_no_pack_has_is_still_lost_and_other_findings_stay(tmp_path: Path) -> None:
    """A scenario that nobody ran, and whatever else spoke against a run, speaks against all of it."""
    one = shard(
        tmp_path / "one", MADE, lost=["A key is used", "A page says so"], findings=["a secret was found"]
    )
    two = shard(tmp_path / "two", USED, lost=["A key is made", "A page says so"])
    results = joined(tmp_path / "out", one, two)
    assert results["findings"] == ["a secret was found", LOST.format("A page says so")]
    assert (results["verdict"], results["lost"]) == ("failed", [LOST.format("A page says so")])


def test_what_was_cut_off_before_it_was_counted_is_lost_all_the_same(tmp_path: Path) -> None:
    """A pack that does not say what it lacks cures nothing: what is declared is counted anew."""
    results = joined(tmp_path / "out", shard(tmp_path / "one", MADE), shard(tmp_path / "two", USED))
    assert results["lost"] == [LOST.format("A page says so")]


def test_different_outcomes_are_a_discrepancy_and_a_no(tmp_path: Path) -> None:
    """A scenario that passed here and failed there has failed, whichever is named first, and both are said."""
    good = shard(tmp_path / "good", MADE, USED, PAGE)
    bad = shard(tmp_path / "bad", Shown("A key is made", "failed", reason="no key", picture=PNG), USED, PAGE)
    results = joined(tmp_path / "out", good, bad)
    said = "upgrade/keys.feature: A key is made (memory): passed in good, failed in bad"
    assert results["discrepancies"] == results["findings"] == [said]
    assert told(results, "A key is made")["reason"] == "no key"
    assert told(results, "A key is made")["origins"] == [
        {"origin": 0, "outcome": "failed"},
        {"origin": 1, "outcome": "passed"},
    ]
    [clause, _] = results["documents"][0]["clauses"]
    assert (results["verdict"], clause["verdict"], clause["answer"]) == ("failed", "failed", "no")


def test_not_run_beside_run_is_no_discrepancy(tmp_path: Path) -> None:
    """A pack that left a scenario out has nothing to say of it, good or bad."""
    left_out = Shown("A key is made", "not run", reason="needs pages")
    one = shard(tmp_path / "one", left_out, USED, PAGE)
    results = joined(
        tmp_path / "out", one, shard(tmp_path / "two", MADE, lost=["A key is used", "A page says so"])
    )
    assert (results["verdict"], results["discrepancies"]) == ("passed", [])
    assert (told(results, "A key is made")["outcome"], told(results, "A key is made")["origin"]) == (
        "passed",
        1,
    )


def test_only_what_every_run_saw_of_the_integration_is_seen(tmp_path: Path) -> None:
    """A clause about the integration is not proven by the one run in which it was seen to do something."""
    silent = Shown("A key is made", seen=("answers",))
    one, two = shard(tmp_path / "a", MADE, PAGE), shard(tmp_path / "b", silent, PAGE, USED)
    results = joined(tmp_path / "out", one, two)
    assert told(results, "A key is made")["origin"] == 0
    assert told(results, "A key is made")["seen"] == ["answers"]


def test_equal_pictures_are_copied_once_and_evidence_stays_as_it_was(tmp_path: Path) -> None:
    """Evidence is copied byte by byte with its pictures and traces; a picture of both packs lies there once."""
    one, two = shard(tmp_path / "one", MADE), shard(tmp_path / "two", USED, PAGE)
    out = tmp_path / "out"
    joined(out, one, two)
    assert [one.name for one in (out / "evidence/pictures").iterdir()] == [Path(picture_path(PNG)).name]
    assert (out / MADE.path).read_bytes() == (one / MADE.path).read_bytes()
    assert (out / f"{USED.path.removesuffix('.json')}/trace-1.zip").read_bytes() == b"PK"


def test_worlds_and_times_come_together(tmp_path: Path) -> None:
    """Worlds stand in their own order; times are the packs' together, and each scenario's that of the pack it is from."""
    one, two = shard(tmp_path / "one", IN_HTTP), shard(tmp_path / "two", MADE, USED, PAGE)
    results = joined(tmp_path / "out", one, two)
    assert results["worlds"] == ["memory", "http"]
    times = load(tmp_path / "out", "times.json")
    assert (times["seconds"], times["worlds"]) == (6.0, {"http": 1.5, "memory": 1.5})
    assert len(times["scenarios"]) == 4


def test_the_attestation_says_whose_runs_and_who_joined_them(tmp_path: Path) -> None:
    """It spans all runs, names who joined them, and keeps each pack's run with its name."""
    one = shard(tmp_path / "one", MADE, began="2026-03-01T10:00:00+02:00", ended="2026-03-01T08:30:00Z")
    two = shard(tmp_path / "two", USED, PAGE, began="2026-03-01T09:00:00Z", ended="2026-03-05T10:00:00Z")
    joined(tmp_path / "out", two, one)
    stated = load(tmp_path / "out", "attestation.json")["predicate"]
    assert (stated["run"]["began"], stated["run"]["ended"]) == (
        "2026-03-01T10:00:00+02:00",
        "2026-03-05T10:00:00Z",
    )
    assert (stated["run"]["by"], stated["run"]["seconds"], stated["run"]["integration"]) == (
        "ci",
        600.0,
        REFERENCE,
    )
    assert [one["name"] for one in stated["origins"]] == ["one", "two"]
    assert stated["origins"][0] == {**read(one).run, "name": "one"}
    assert stated["result"] == "PASSED"


PARTS = (
    (MADE, USED, IN_HTTP),
    (Shown("A key is made", "failed", reason="no"), PAGE),
    (
        MADE,
        Shown("A key is used", seen=("answers",)),
        Shown("A key is made", "not run", world="http", reason="needs x"),
        PAGE,
    ),
)
DETERMINED = ("results.json", "times.json")


def shards(folder: Path) -> list[Path]:
    """Return three packs that overlap and contradict each other."""
    return [make(folder / name, *shown) for name, shown in zip("xyz", PARTS, strict=True)]


def test_the_order_of_packs_does_not_matter(tmp_path: Path) -> None:
    """In any order, the same bytes: results, times and evidence."""
    packs = shards(tmp_path)
    found = set()
    for number, order in enumerate(permutations(packs)):
        out = tmp_path / f"out{number}"
        joined(out, *order)
        digests = load(out, "manifest.json")["digests"]
        found.add((digests["content"], *((out / name).read_bytes() for name in DETERMINED)))
    assert len(found) == 1


def test_merging_in_steps_is_merging_at_once(tmp_path: Path) -> None:
    """A pack merged from merged ones is the one merged from all; merging one again adds nothing."""
    one, two, three = shards(tmp_path)
    joined(tmp_path / "all", one, two, three)
    joined(tmp_path / "left", one, two)
    joined(tmp_path / "right", two, three)
    left, right, whole = tmp_path / "left", tmp_path / "right", tmp_path / "all"
    orders = [(left, three), (one, right), (left, right), (whole, two), (three, left, one)]
    for number, packs in enumerate(orders):
        out = tmp_path / f"out{number}"
        joined(out, *packs)
        same = {name: load(out, name) for name in ("results.json", "manifest.json")}
        assert same["results.json"] == load(tmp_path / "all", "results.json")
        assert same["manifest.json"]["digests"] == load(tmp_path / "all", "manifest.json")["digests"]


def test_packs_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Two folders of one name are two origins, named with the beginning of their digests."""
    bad = Shown("A key is made", "failed", reason="no")
    one, two = shard(tmp_path / "a/pack", MADE, USED, PAGE), shard(tmp_path / "b/pack", bad, USED, PAGE)
    results = joined(tmp_path / "out", one, two)
    digests = [load(folder, "manifest.json")["digests"]["content"][:8] for folder in (one, two)]
    assert results["discrepancies"] == [
        f"upgrade/keys.feature: A key is made (memory): passed in pack ({digests[0]}), failed in pack ({digests[1]})"
    ]


def test_of_two_live_runs_the_later_one_is_shown(tmp_path: Path) -> None:
    """Live evidence ages: where both passed, the later one's is kept."""
    live = Shown("A page says so", tag="UPG-02", world="live")
    old = shard(tmp_path / "a", live, real=["live"], ended="2026-01-02T10:00:00Z")
    new = shard(tmp_path / "b", live, MADE, USED, PAGE, real=["live"])
    results = joined(tmp_path / "out", old, new)
    assert told(results, "A page says so", "live")["origin"] == 1


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_run_that_did_nothing_in_a_world_has_no_say_in_its_systems(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    """Real systems in one pack beside nothing in another are real systems, in any order, and contradict nothing."""
    live = Shown("A page says so", tag="UPG-02", world="live")
    idle = replace(live, outcome="not run", reason="no key")
    one = shard(tmp_path / names[0], MADE, USED, PAGE, live, real=["live"])
    two = shard(tmp_path / names[1], MADE, idle, nothing=["live"])
    results = joined(tmp_path / "out", one, two)
    assert (results["systems"], results["discrepancies"]) == ({"memory": "fakes", "live": "real systems"}, [])
    run = load(tmp_path / "out", "attestation.json")["predicate"]["run"]
    assert run["systems"]["live"] == "the real systems of live"
    nowhere = joined(tmp_path / "none", two, shard(tmp_path / "c", USED, idle, nothing=["live"]))
    assert nowhere["systems"]["live"] == "nothing"


@pytest.mark.parametrize(
    ("making", "said"),
    [
        (
            {"integration": {**REFERENCE, "command": "node app.js", "digest": "9" * 64}},
            "the http world was run with different integrations: node app.js (9999999999999999) in b; the reference",
        ),
        ({"real": ["http"]}, "the http world was run against different systems: the fakes of http in a; "),
    ],
)
def test_one_world_with_two_integrations_or_systems_is_a_discrepancy(
    tmp_path: Path, making: Mapping[str, Any], said: str
) -> None:
    """Nobody can sign for an integration when a world was run with two, nor for systems that were not the same."""
    one = shard(tmp_path / "a", IN_HTTP, MADE, USED, PAGE)
    two = shard(tmp_path / "b", Shown("A key is used", world="http"), MADE, **making)
    results = joined(tmp_path / "out", one, two)
    assert results["verdict"] == "failed"
    assert not [one for one in results["discrepancies"] if "memory" in one], "it does not run commands"
    assert any(one.startswith(said) for one in results["discrepancies"])
    assert results["systems"]["http"] == "fakes", "never the better of the two"


@pytest.mark.parametrize(
    ("making", "said"),
    [
        (
            {"features": {"upgrade/keys.feature": "8" * 64}},
            r"of other features: trouble/waits\.feature, upgrade/keys\.feature",
        ),
        ({"clauses": {"UPG-01": "8" * 64, "UPG-02": "4" * 64}}, "are made of other clauses: UPG-01"),
    ],
)
def test_packs_about_something_else_are_refused_by_name(
    tmp_path: Path, making: Mapping[str, Any], said: str
) -> None:
    """Packs of other features or clauses are not joined, and what differs is named."""
    one, two = shard(tmp_path / "one", MADE), shard(tmp_path / "two", USED, PAGE, **making)
    with pytest.raises(CannotMerge, match=said):
        merge(tmp_path / "out", [one, two], EVERY, MERGER, NOBODY)
    assert not (tmp_path / "out").exists()


def test_packs_of_another_harness_are_refused(tmp_path: Path) -> None:
    """What was declared can be counted only by the harness that has the same features."""
    other = Making(features={"upgrade/keys.feature": "8" * 64})
    one, two = (make(tmp_path / name, MADE, making=other) for name in ("one", "two"))
    with pytest.raises(
        CannotMerge, match=r"made of other features than this harness has: trouble/waits\.feature"
    ):
        merge(tmp_path / "out", [one, two], EVERY, MERGER, NOBODY)


def test_packs_with_clauses_of_other_words_are_refused(tmp_path: Path) -> None:
    """The clauses have to be those of the harness that merges, word for word."""
    one, two = shard(tmp_path / "one", MADE), shard(tmp_path / "two", USED)
    other = replace(EVERY, documents=[Document("A runbook", (replace(DOCUMENT.clauses[0], says="Else."),))])
    with pytest.raises(CannotMerge, match="about other clauses than this harness has: UPG-01, UPG-02"):
        merge(tmp_path / "out", [one, two], other, MERGER, NOBODY)


def test_evidence_of_one_name_is_never_written_over(tmp_path: Path) -> None:
    """Two scenarios whose evidence has one name cannot be in one pack."""
    one, two = shard(tmp_path / "one", MADE), shard(tmp_path / "two", Shown("A key? is made"))
    with pytest.raises(CannotMerge, match="two scenarios have evidence of this name"):
        merge(tmp_path / "out", [one, two], EVERY, MERGER, NOBODY)
    assert not (tmp_path / "out").exists()


def test_what_is_not_as_it_was_signed_is_not_joined(tmp_path: Path) -> None:
    """A pack that was changed is refused, with what is wrong; a folder that is none as well."""
    one, two = shard(tmp_path / "one", MADE), shard(tmp_path / "two", USED)
    put(two, "notes.txt", b"")
    with pytest.raises(NotWhole, match=r"two\n  notes\.txt: added"):
        merge(tmp_path / "out", [one, two], EVERY, MERGER, NOBODY)
    with pytest.raises(NoPack, match="there is no sign-off pack here"):
        merge(tmp_path / "out", [one, tmp_path / "none"], EVERY, MERGER, NOBODY)


def test_nothing_is_lost_by_merging_into_the_wrong_folder(tmp_path: Path) -> None:
    """Neither one of the packs, nor a folder around or inside of one, nor one with other files is written to."""
    one, two = shard(tmp_path / "a/one", MADE), shard(tmp_path / "two", USED)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    for out, error in (
        (one, CannotMerge),
        (one / "x", CannotMerge),
        (tmp_path / "a", CannotMerge),
        (tmp_path / "mine", NoPack),
    ):
        with pytest.raises(error):
            merge(out, [one, two], EVERY, MERGER, NOBODY)
    assert problems(one) == []
    assert (tmp_path / "mine/letter.txt").read_text() == "dear"
    with pytest.raises(CannotMerge, match="one and the same pack"):
        merge(tmp_path / "out", [one, one], EVERY, MERGER, NOBODY)


def test_a_merged_pack_can_be_approved_and_keeps_no_approval_of_its_parts(tmp_path: Path) -> None:
    """Who approved a part has not approved the whole."""
    one, two = shard(tmp_path / "one", MADE, USED, PAGE), shard(tmp_path / "two", PAGE)
    approve(one, Asked("Jane Doe", "QA lead", "approve"), AT, NOBODY)
    joined(tmp_path / "out", one, two)
    assert read(tmp_path / "out").approvals == ()
    approve(tmp_path / "out", Asked("Jane Doe", "QA lead", "approve"), AT, NOBODY)
    assert problems(tmp_path / "out") == []


def test_a_merged_pack_that_was_changed_contradicts_itself(tmp_path: Path) -> None:
    """What a record says of its origins, and the attestation of its parts, is held against the rest."""
    out = tmp_path / "out"
    joined(out, shard(tmp_path / "one", MADE), shard(tmp_path / "two", USED, PAGE))
    scenarios = load(out, "results.json")["scenarios"]
    change(
        out, "results.json", scenarios=[{**scenarios[0], "origins": scenarios[1]["origins"]}, *scenarios[1:]]
    )
    predicate = load(out, "attestation.json")["predicate"]
    change(out, "attestation.json", predicate={**predicate, "origins": predicate["origins"][1:]})
    seal(out)
    assert problems(out) == [
        "results.json: upgrade/keys.feature: A key is made (memory) had another outcome where it comes from",
        "attestation.json: it joins other packs than results.json says",
    ]


def test_what_is_not_declared_speaks_against_it(tmp_path: Path) -> None:
    """A record of a scenario that no feature has is a finding."""
    strange = Shown("Nobody wrote this")
    results = joined(
        tmp_path / "out", shard(tmp_path / "a", MADE, USED, PAGE), shard(tmp_path / "b", strange)
    )
    assert results["findings"] == [
        "executed but not declared so often: upgrade/keys.feature: Nobody wrote this "
    ]


def test_a_clause_that_is_stale_in_one_pack_is_stale(tmp_path: Path) -> None:
    """What one run found changed in the runbook answers nothing in the whole."""
    one = shard(tmp_path / "a", MADE, USED, stale={"UPG-02": "changed"})
    results = joined(tmp_path / "out", one, shard(tmp_path / "b", PAGE))
    assert results["stale_clauses"] == {"UPG-02": "changed"}
    assert [clause["answer"] for clause in results["documents"][0]["clauses"]] == ["yes", "unverified"]
