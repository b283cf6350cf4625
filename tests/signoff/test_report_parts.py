"""The parts of the report behind page one: clauses, scenarios, what was not tested, discrepancies, where it comes from."""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

from harness.signoff.pack import canonical
from harness.signoff.pack.pack import Pack, read
from harness.signoff.report.charts import chapters, lags, times
from harness.signoff.report.clauses import ClauseRow, documents
from harness.signoff.report.criteria import criteria
from harness.signoff.report.discrepancies import discrepancies
from harness.signoff.report.first_page import may_i_sign
from harness.signoff.report.page import render
from harness.signoff.report.phrases import coded, duration, link_to, moment
from harness.signoff.report.reading import Reading
from harness.signoff.report.scenarios import LONGEST_TIMELINE, Teller
from harness.signoff.report.untested import untested
from tests.signoff.sample_kinds import HOSTILE, SAMPLES, made
from tests.signoff.samples import Sample, write

TODAY = date(2026, 11, 28)
PackOf = Callable[[str], Pack]


@pytest.fixture(scope="module")
def pack_of(tmp_path_factory: pytest.TempPathFactory) -> PackOf:
    """Return what gives a sample's pack, each made once."""
    return partial(made, factory=tmp_path_factory)


def reading_of(pack: Pack) -> Reading:
    """Return how ``pack`` reads."""
    return Reading(pack, TODAY, pack.manifest["digests"]["content"])


def clause_of(pack: Pack, wanted: str) -> ClauseRow:
    """Return a clause as the report shows it."""
    reading = reading_of(pack)
    rows = [row for one in documents(reading, Teller(reading)) for row in one.clauses]
    return next(row for row in rows if row.id == wanted)


def text_of(html: str) -> str:
    """Return what a reader sees of a page, roughly."""
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL)).split())


def test_clauses_stand_in_the_documents_own_order(pack_of: PackOf) -> None:
    """The report follows the runbook, then the contract."""
    html = render(pack_of("green"), TODAY)
    ids = re.findall(r'<li class="clause" id="([^"]+)"', html)
    assert ids == ["NOTE-01", "NOTE-02", "PRE-02", "UPG-16", "TST-01", "CON-03"]


def test_the_worlds_stand_side_by_side(pack_of: PackOf) -> None:
    """Each clause has a verdict per world, in the order of the worlds, with how much of it was run."""
    row = clause_of(pack_of("failures"), "UPG-16")
    assert [(one.world, one.word.text) for one in row.worlds] == [
        ("memory", "yes"),
        ("http", "no"),
        ("browser", "yes"),
    ]
    assert row.word.text == "no"
    assert all(0 < one.run <= one.scenarios for one in row.worlds)


def test_stale_is_no_yes(pack_of: PackOf) -> None:
    """Old live evidence and changed sentences read stale, in the clause and in its world."""
    old = clause_of(pack_of("stale"), "UPG-16")
    assert (old.word.text, old.worlds[-1].word.text) == ("stale", "stale")
    changed = clause_of(pack_of("changed"), "UPG-16")
    assert (changed.word.text, changed.why_stale) == ("stale", "the sentence it rests on has changed")


def test_a_stale_clause_that_failed_reads_no(tmp_path: Path) -> None:
    """A failure is never softened into something old."""
    sample = dataclasses.replace(SAMPLES["failures"], results={"stale_clauses": {"UPG-16": "changed"}})
    assert clause_of(write(tmp_path, sample), "UPG-16").word.text == "no"


def test_a_scenario_opens_its_steps_in_all_worlds(pack_of: PackOf) -> None:
    """Each step has its outcome and duration per world."""
    [scenario, *_] = clause_of(pack_of("green"), "UPG-16").scenarios
    assert len(scenario.steps) > 1
    for step in scenario.steps:
        assert [(one.world, one.word.text) for one in step.worlds] == [
            (one.world, "passed") for one in scenario.outcomes if one.word.text == "passed"
        ]
        assert all(one.took for one in step.worlds)


def test_the_timeline_shows_the_thread_from_action_to_event(pack_of: PackOf) -> None:
    """Action, webhook, call and event stand in the order in which they happened, with what they are about."""
    [scenario, *_] = clause_of(pack_of("green"), "UPG-16").scenarios
    entries = [entry for moment in scenario.moments for entry in moment.entries]
    assert [one.kind for one in entries[1:7]] == ["action", "webhook", "call", "call", "call", "event"]
    assert {one.besides[2] for one in entries[1:7]} == {"about conversation 1, anna@example.test"}
    throttled = entries[4]
    assert (throttled.times, throttled.call, throttled.fault) == (2, "→ 429", "throttled")
    assert throttled.besides[-1] == "+1.5 s"
    assert throttled.answer
    assert not entries[5].answer  # what was accepted needs no answer on paper; the evidence has it


def test_the_timeline_is_that_of_the_world_that_failed(pack_of: PackOf) -> None:
    """Where it failed it is told from there, else from the world nearest to people."""
    assert {one.world for one in clause_of(pack_of("failures"), "UPG-16").scenarios} == {"http"}
    assert clause_of(pack_of("green"), "UPG-16").scenarios[0].world == "browser"


def test_equal_pictures_stand_once(pack_of: PackOf) -> None:
    """A picture that a step repeats is shown where it was first seen, and links its file."""
    pack = pack_of("green")
    [scenario, *_] = clause_of(pack, "UPG-16").scenarios
    files = [one.file for moment in scenario.moments for one in moment.pictures]
    assert len(files) == len(set(files)) == 2
    assert all((pack.folder / file).is_file() for file in files)


def test_a_failure_is_told_with_expected_and_seen(pack_of: PackOf) -> None:
    """The discrepancies name the scenario, its world, its clauses, the step, and what was expected and seen."""
    reading = reading_of(pack_of("failures"))
    found = discrepancies(reading, Teller(reading))
    failure = next(one for one in found.failures if "UPG-16" in one.clauses)
    assert failure.outcome.world == "http"
    assert failure.step.startswith("Then ")
    assert "expected: refused\n     seen: saved" in failure.outcome.said[0]
    assert "expected: refused" in text_of(render(pack_of("failures"), TODAY))


def test_what_was_lost_is_told_apart(tmp_path: Path) -> None:
    """Scenarios that were declared and not executed are no finding among others."""
    lost = [
        "declared but not executed in http: a.feature: A",
        "declared but not executed in http: a.feature: B",
    ]
    results = {"lost": lost, "findings": [*lost, "a secret stood in a file"], "verdict": "failed"}
    reading = reading_of(write(tmp_path, dataclasses.replace(SAMPLES["memory"], results=results)))
    found = discrepancies(reading, Teller(reading))
    assert (found.lost, found.findings) == (lost, ["a secret stood in a file"])
    assert may_i_sign(reading)[1] == (
        "2 declared scenario runs were not executed and the run itself is not sound (1 finding)."
    )


def test_kinds_of_trouble_are_told_apart(pack_of: PackOf) -> None:
    """Skipped, crashed and undefined are not one and the same."""
    reading = reading_of(pack_of("failures"))
    kinds = {one.outcome.kind for one in discrepancies(reading, Teller(reading)).failures}
    assert {"the process that ran it died", "a step has no definition"} <= kinds
    assert ("skipped by hand", "tomorrow", "memory") in {
        (one.kind, one.reason, one.world) for one in untested(reading).left
    }


def test_what_was_not_run_is_grouped_by_reason(pack_of: PackOf) -> None:
    """One line for a reason, not one for each scenario, and what nobody meant stands first."""
    reading = reading_of(pack_of("unverified"))
    left = untested(reading).left
    assert sum(len(one.titles) for one in left) == reading.results["counts"]["not run"]
    assert len({(one.kind, one.reason, one.world) for one in left}) == len(left)
    kinds = [one.kind for one in left]
    assert kinds == sorted(kinds, key=["skipped by hand", "its world cannot run it"].index)
    assert len(set(kinds)) == 2


def test_clauses_without_an_answer_say_why(pack_of: PackOf) -> None:
    """Left out, proven by nothing that was seen, or stale."""
    assert {one.id: one.why for one in untested(reading_of(pack_of("unverified"))).clauses}["UPG-16"] == (
        "none of its scenarios was run"
    )
    idle = {one.id: one.why for one in untested(reading_of(pack_of("nothing"))).clauses}
    assert idle["CON-03"] == "its scenarios passed without the integration being seen to do it"
    assert (
        "58 days old" in {one.id: one.why for one in untested(reading_of(pack_of("stale"))).clauses}["UPG-16"]
    )


def test_differences_and_mutants_stand_with_their_clause(pack_of: PackOf) -> None:
    """What it rests on where the fakes guess, and the broken integrations that prove its teeth."""
    html = text_of(render(pack_of("green"), TODAY))
    rest_on_it = [one for one in reading_of(pack_of("green")).clauses if one["differences"]]
    told = html.count("reports the burst window in the RateLimit-* headers, always")
    assert told == len(rest_on_it) + 1  # with each clause, and once among what was not tested
    assert "strip_the_tag takes what follows a plus sign off an address" in html


def test_results_of_a_merged_pack_have_their_origin(pack_of: PackOf) -> None:
    """Each result names the pack it comes from, and what the packs say differently is listed."""
    html = text_of(render(pack_of("merged"), TODAY))
    outcomes = clause_of(pack_of("merged"), "UPG-16").scenarios[0].outcomes
    assert {(one.world, one.origin) for one in outcomes} == {
        ("memory", "shard-1"),
        ("http", "shard-1: passed, shard-2: failed"),
        ("browser", "shard-2"),
    }
    assert "UPG-16: shard-1 says passed, shard-2 says failed" in html
    assert "Merged from 2 packs" in html


def test_void_approvals_say_what_changed(pack_of: PackOf) -> None:
    """A void approval stays, marked, with the reason."""
    html = text_of(render(pack_of("void"), TODAY))
    assert (
        "Kim Vale , QA lead: approved, 28 November 2026, 13:15 UTC Void , changed since: results, attestation"
        in html
    )
    assert "Void" not in text_of(render(pack_of("approved"), TODAY))


def test_approvals_are_measured_while_the_pack_is_written(pack_of: PackOf) -> None:
    """Before there is a manifest the attestation knows the digests; the caller's digest, where it is given, decides."""
    pack = dataclasses.replace(pack_of("approved"), manifest={})
    known = pack_of("approved").manifest["digests"]["content"]
    assert "Void" not in text_of(render(pack, TODAY))
    assert "Void" not in text_of(render(pack, TODAY, known))
    assert "Void" in text_of(render(pack, TODAY, "0" * 64))
    assert known in render(pack, TODAY)


def test_every_criterion_can_be_missed(pack_of: PackOf) -> None:
    """No exit criterion is met in every sample, and all are in the green one."""
    assert [one.is_met for one in criteria(reading_of(pack_of("green")))] == [True] * 5
    names = ("failures", "unverified", "changed", "nothing", "merged")
    missed = {
        one.asks for name in names for one in criteria(reading_of(pack_of(name))) if one.is_met is False
    }
    assert len(missed) == 6


def test_a_criterion_that_nobody_looked_at_is_not_met(pack_of: PackOf) -> None:
    """Where the clauses were not held against the document, the report does not say that nothing has changed."""
    green = pack_of("green")
    pack = replace(green, results={**green.results, "source_checked": False})
    assert [one.is_met for one in criteria(reading_of(pack))] == [*[True] * 4, None]
    assert "not checked" in text_of(render(pack, TODAY))


def test_texts_stay_texts(pack_of: PackOf) -> None:
    """Markup in any text is shown, not obeyed; a path that leaves the evidence is no link."""
    html = render(pack_of("hostile"), TODAY)
    assert "<script>alert" not in html
    assert "onerror=alert(2)>" not in html
    assert HOSTILE in unescape(html)
    assert set(re.findall(r'(?:href|src)="(?!#|evidence/)([^"]*)"', html)) == set()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a `b` c", "a <code>b</code> c"),
        ("`<b>` & `c`", "<code>&lt;b&gt;</code> &amp; <code>c</code>"),
        ("a ` <b>", "a ` &lt;b&gt;"),
    ],
)
def test_backticks_set_code_and_nothing_else(text: str, html: str) -> None:
    """What our documents set as code is set so; markup stays text."""
    assert coded(text) == html


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("evidence/http/a b.json", "evidence/http/a%20b.json"),
        ("javascript:alert(1)", ""),
        ("evidence/../../etc/passwd", ""),
        ("evidence//x", ""),
        ("https://example.test/evidence", ""),
    ],
)
def test_links_stay_inside_the_evidence(path: str, link: str) -> None:
    """Only files below ``evidence/`` are linked."""
    assert link_to(path) == link


def test_evidence_that_is_gone_is_missed(tmp_path: Path) -> None:
    """A report does not pass over an evidence file that cannot be read."""
    pack = write(tmp_path, dataclasses.replace(SAMPLES["green"], worlds=("memory",)))
    path = next(one["evidence"][0] for one in pack.results["scenarios"] if one["evidence"])
    (tmp_path / path).unlink()
    assert f"the evidence cannot be read: {path}" in text_of(render(pack, TODAY))


def test_a_long_timeline_is_cut_with_its_number(tmp_path: Path) -> None:
    """What does not fit is counted, and the evidence is linked."""
    pack = write(tmp_path, dataclasses.replace(SAMPLES["memory"], clauses=("UPG-16",)))
    for record in pack.results["scenarios"]:
        for path in record["evidence"]:
            evidence = pack.evidence(path)
            evidence["after"] *= LONGEST_TIMELINE
            (tmp_path / path).write_text(canonical.dumps(evidence))
    [scenario, *_] = clause_of(read(tmp_path), "UPG-16").scenarios
    assert sum(len(one.entries) for one in scenario.moments) == LONGEST_TIMELINE
    assert scenario.left_out == sum(
        len(one["entries"]) for one in evidence["steps"]
    )  # the steps' entries stand first, and push out as many of the rest


def test_the_charts_say_what_the_numbers_say(pack_of: PackOf) -> None:
    """Bars add up to a hundred per cent, dots lie on their line, and each has its words beside it."""
    reading = reading_of(pack_of("failures"))
    for row in chapters(reading):
        assert [cell.world for cell in row.cells] == ["memory", "http", "browser"]
        assert all(abs(sum(part.wide for part in cell.parts) - 100) < 0.1 for cell in row.cells)
    [steps] = [row for row in chapters(reading) if row.title == "Steps"]
    assert [cell.text for cell in steps.cells] == ["1 of 1 yes", "0 of 1 yes, 1 no", "1 of 1 yes"]
    assert max(row.wide for row in times(reading)) == 100
    drawn = lags(reading)
    assert drawn is not None
    assert all(0 <= dot <= 100 for row in drawn.rows for dot in row.dots)
    assert [row.world for row in drawn.rows] == ["memory", "http", "browser"]


def test_the_parts_of_a_bar_stand_side_by_side(pack_of: PackOf) -> None:
    """Each part begins where the one before it ends."""
    cells = [cell for row in chapters(reading_of(pack_of("nothing"))) for cell in row.cells]
    assert max(len(cell.parts) for cell in cells) > 1
    for cell in cells:
        assert all(abs(one.begins + one.wide - after.begins) < 0.1 for one, after in pairwise(cell.parts))


def test_one_lag_alone_can_be_drawn(pack_of: PackOf) -> None:
    """A single event, however quick or slow, has a place on the line."""
    for lag in (0.0, 0.0004, 1.0, 7_000.0):
        times_of_one = {
            "scenarios": [{"feature": "f", "name": "n", "row": [], "world": "http", "lags": [lag]}]
        }
        drawn = lags(reading_of(dataclasses.replace(pack_of("green"), times=times_of_one)))
        assert drawn is not None
        assert all(0 <= dot <= 100 for dot in drawn.rows[0].dots)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"),
        (0.0301, "30 ms"),
        (1.44, "1.4 s"),
        (42.2, "42 s"),
        (580, "9 min 40 s"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    """As short as they can be read."""
    assert duration(seconds) == words


def test_a_moment_that_is_none_is_shown_as_it_stands() -> None:
    """A time that cannot be read is not guessed."""
    assert moment("2026-11-28T13:15:00+02:00") == "28 November 2026, 11:15 UTC"
    assert moment("some day") == "some day"


def test_a_whole_run_stays_small(tmp_path: Path) -> None:
    """All clauses and scenarios in three worlds make a report well below three megabytes."""
    html = render(write(tmp_path, Sample(clauses=())), TODAY)
    assert html.count('<li class="clause"') > 80
    assert len(html.encode()) < 2_500_000


def test_the_same_pack_gives_the_same_bytes(pack_of: PackOf) -> None:
    """A report has no time and no chance of its own."""
    assert render(pack_of("green"), TODAY) == render(read(pack_of("green").folder), TODAY)
