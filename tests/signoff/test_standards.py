"""The pack in the forms of other tools: their counts are ours, and nothing is lost on the way."""

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from harness.signoff.last_lines import last_lines
from harness.signoff.pack.pack import Pack
from harness.signoff.standards import allure, gherkin_documents, junit, messages, summary
from harness.signoff.standards.records import against
from tests.signoff.standards_pack import FEATURES, WORLDS, green, packed, results, with_evidence

TODAY = date(2026, 3, 2)
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "skipped", "system-out"},
}
"""Which elements of junit-10.xsd we use, and which attributes; it knows no properties of a test case."""
ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "testcase": {"name", "classname", "time", "group"},
    "failure": {"type", "message"},
    "skipped": {"type", "message"},
    "property": {"name", "value"},
}
FAILED = {"FAILED", "UNDEFINED", "AMBIGUOUS"}


def junit_of(said: dict[str, Any]) -> ET.Element:
    """Return the JUnit XML of results, parsed."""
    return ET.fromstring(junit.render(packed(said), TODAY, "c0ffee"))  # noqa: S314 - our own


def told(pack: Pack) -> dict[str, list[dict[str, Any]]]:
    """Return the messages by their kind."""
    found = defaultdict(list)
    for line in messages.render(pack, TODAY).splitlines():
        [(kind, message)] = json.loads(line).items()
        found[kind].append(message)
    return found


def statuses(found: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """Return the address and the most severe status of each test case."""
    pickles = {one["id"]: one for one in found["pickle"]}
    cases = {one["id"]: one for one in found["testCase"]}
    of: dict[str, list[str]] = defaultdict(list)
    for one in found["testStepFinished"]:
        of[one["testCaseStartedId"]].append(one["testStepResult"]["status"])
    return [
        (
            pickles[cases[one["testCaseId"]]["pickleId"]]["uri"],
            max(of[one["id"]], key=messages.WORST_LAST.index),
        )
        for one in found["testCaseStarted"]
    ]


def test_junit_counts_as_we_do() -> None:
    """Each scenario in a world is a test case, each finding another, and the sums are those of their elements."""
    said = results()
    root = junit_of(said)
    counts = said["counts"]
    assert len(root.findall(".//testcase/skipped")) == counts["not run"]
    assert len(root.findall(".//testcase/failure")) == counts["failed"] + 1 == int(root.attrib["failures"])
    assert len(root.findall(".//testcase")) == len(said["scenarios"]) + 1 == int(root.attrib["tests"])
    for suite in root.findall("testsuite"):
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))


def test_junit_keeps_to_the_schema() -> None:
    """No element stands where the schema knows none, and no attribute; every number of seconds has its form."""
    root = junit_of(results())
    for parent in root.iter():
        assert {child.tag for child in parent} <= CHILDREN.get(parent.tag, set()), parent.tag
        assert set(parent.attrib) <= ATTRIBUTES.get(parent.tag, set()), parent.tag
        assert float(parent.get("time", "0.000")) >= 0


def test_junit_tells_the_reason_the_kind_the_rule_and_the_time() -> None:
    """What XML cannot hold is shown as its number; a scenario's Rule is its group, and its clauses stand in its output."""
    root = junit_of(results())
    kinds = {one.attrib["type"] for one in root.findall(".//failure")}
    assert kinds == {"failed", "undefined", "ambiguous", "crashed", "teardown", "finding"}
    [finding] = root.findall("testsuite[@name='inventory']/testcase")
    assert finding.attrib["name"].endswith("x.feature: \\x00Gone")
    [case] = root.findall(
        "testsuite[@name='memory: upgrade/creating_a_key.feature']/testcase[@name='The new key can be copied']"
    )
    assert case.attrib["classname"] == "memory.upgrade.creating_a_key"
    assert case.attrib["group"] == "The whole key is seen once, when it is created"
    assert case.attrib["time"] == "1.500"
    assert "Clauses: UPG-14, UPG-15" in str(case.findtext("system-out"))
    [failure, *_] = root.findall(".//failure[@type='failed']")
    assert failure.attrib["message"] == "it is \\x1b[31mred\\x1b[0m & <wrong>"


@pytest.mark.parametrize("verdict", ["passed", "failed"])
def test_a_failed_verdict_is_never_green_elsewhere(verdict: str) -> None:
    """Where the verdict is failed and no scenario is, JUnit and Allure have something red all the same."""
    said = green(verdict=verdict)
    assert int(junit_of(said).attrib["failures"]) == (verdict == "failed")
    found = [json.loads(text) for text in _results_of(allure.files(packed(said), TODAY))]
    assert [one["status"] for one in found].count("failed") == (verdict == "failed")
    [finished] = told(packed(said))["testRunFinished"]
    assert finished["success"] == (verdict == "passed")


def test_cucumber_counts_as_we_do_in_each_world() -> None:
    """The most severe status of a test case is our outcome, whatever its steps were."""
    said = results()
    ours: Counter[tuple[str, str]] = Counter(
        (f"{one['world']}/{one['feature']}", one["outcome"]) for one in said["scenarios"]
    )
    theirs: Counter[tuple[str, str]] = Counter()
    for uri, status in statuses(told(packed(said))):
        outcome = {"PASSED": "passed", "SKIPPED": "not run"}.get(status, "failed")
        assert outcome != "failed" or status in FAILED
        theirs[uri, outcome] += 1
    assert theirs == ours


def test_cucumber_is_told_of_rules_worlds_and_undefined_steps() -> None:
    """Documents are those of the features with their Rules, pickles bear their world, an undefined step has no definition."""
    found = told(packed(results()))
    assert {one["uri"] for one in found["gherkinDocument"]} == {
        f"{world}/{feature}" for world in ("memory", "http") for feature in FEATURES
    }
    assert all("rule" in one["feature"]["children"][-1] for one in found["gherkinDocument"])
    for pickle in found["pickle"]:
        assert f"@world-{pickle['uri'].partition('/')[0]}" in [tag["name"] for tag in pickle["tags"]]
    steps = {step["id"]: step for case in found["testCase"] for step in case["testSteps"]}
    for one in found["testStepFinished"]:
        count = {"UNDEFINED": 0, "AMBIGUOUS": 2}.get(one["testStepResult"]["status"], 1)
        step = steps[one["testStepId"]]
        assert "hookId" in step or len(step["stepDefinitionIds"]) == count
    assert Counter(one["testStepResult"]["status"] for one in found["testStepFinished"])["UNDEFINED"] > 0


def test_ids_are_counted_so_that_equal_packs_have_equal_messages() -> None:
    """No id stands there twice, and rendering again gives the same bytes."""
    pack = packed(results())
    assert messages.render(pack, TODAY) == messages.render(pack, TODAY)
    found = told(pack)
    kinds = ("pickle", "testCase", "testCaseStarted", "stepDefinition", "hook")
    ids = [one["id"] for kind in kinds for one in found[kind]]
    assert len(ids) == len(set(ids))


def test_a_scenario_that_was_run_once_more_is_counted_twice() -> None:
    """A second try hides the first neither in Cucumber's form nor in Allure's."""
    said = green()
    said["scenarios"].insert(1, {**said["scenarios"][0], "outcome": "failed", "reason": "at first"})
    assert [status for _, status in statuses(told(packed(said)))].count("FAILED") == 1
    found = [json.loads(text) for text in _results_of(allure.files(packed(said), TODAY))]
    assert len({one["historyId"] for one in found}) == len(said["scenarios"])


def test_features_that_are_not_at_hand_are_written_from_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack of another version is told in full: each scenario under its Rule, with the same counts."""
    said = results()
    as_it_was = Counter(statuses(told(packed(said))))
    monkeypatch.setattr(gherkin_documents, "FEATURES", Path("nowhere"))
    found = told(packed(said))
    assert Counter(statuses(found)) == as_it_was
    rules = {
        child["rule"]["name"]
        for one in found["gherkinDocument"]
        for child in one["feature"]["children"]
        if "rule" in child
    }
    assert rules == {one["rule"] for one in said["scenarios"] if one["rule"]}


@pytest.mark.parametrize("changed", ["name", "step"])
def test_a_feature_that_has_changed_since_is_written_from_the_results(changed: str) -> None:
    """Where one scenario is not found in its feature as it lies here, the results are what is told, with their counts."""
    said = results()
    as_it_was = Counter(statuses(told(packed(said))))
    one = said["scenarios"][0]
    if changed == "name":
        one["name"] = "It was called otherwise"
    else:
        one["steps"][0]["text"] = "it was said otherwise"
    found = told(packed(said))
    assert Counter(statuses(found)) == as_it_was
    anew = {one["uri"] for one in found["source"] if gherkin_documents.WRITTEN_ANEW in one["data"]}
    assert anew == {f"{one['world']}/{one['feature']}"}


def test_pictures_are_linked_from_their_step(tmp_path: Path) -> None:
    """Cucumber's form links to the picture in the pack, Allure's has a copy of it."""
    said = results()
    with_evidence(said, tmp_path)
    [picture] = told(packed(said, tmp_path))["attachment"]
    assert (picture["url"], picture["fileName"]) == ("evidence/pictures/ab.png", "Klaviyo: /keys")
    found = allure.files(packed(said, tmp_path), TODAY)
    assert found["ab.png"].startswith(b"\x89PNG")
    shown = [json.loads(text)["steps"][0]["attachments"] for text in _results_of(found, "steps")]
    assert [one for one in shown if one] == [
        [{"name": "Klaviyo: /keys", "source": "ab.png", "type": "image/png"}]
    ]


def test_allure_counts_as_we_do_and_knows_rules_and_clauses() -> None:
    """A result for each scenario in a world and for each finding; its story is the Rule, its tags the clauses."""
    said = results()
    found = [json.loads(text) for text in _results_of(allure.files(packed(said), TODAY))]
    counts = Counter(one["status"] for one in found)
    assert counts == {
        "passed": said["counts"]["passed"],
        "failed": said["counts"]["failed"] + 1,
        "skipped": said["counts"]["not run"],
    }
    [one] = [
        one
        for one in found
        if one["fullName"].endswith("http/upgrade/creating_a_key.feature: The new key can be copied")
    ]
    labels = {(label["name"], label["value"]) for label in one["labels"]}
    assert labels >= {
        ("parentSuite", "http"),
        ("story", "The whole key is seen once, when it is created"),
        ("tag", "UPG-15"),
    }


def test_the_summary_says_against_what_and_what_is_not_yes() -> None:
    """Verdict, systems, counts by subject, clauses that are not yes, failures, what was not tested, all as plain text."""
    text = summary.render(packed(results()), TODAY, "c0ffee")
    assert text.startswith("## Sign-off: failed\n")
    assert "against fakes (memory, http) only." in text
    assert "| your integration | 1 | 1 | 0 |" in text
    assert r"| UPG-08 | UPG-08 says \<this\> \| that | **no** |" in text
    assert r"it is �\[31mred�\[0m \& \<wrong\>" in text
    assert r"memory: 2 of 21 scenarios (its world cannot run it): not here \| now" in text
    assert "x.feature: �Gone" in text
    assert text.isprintable() or set(text) - {"\n"} == {one for one in text if one.isprintable()}


def test_the_summary_of_a_green_pack_is_short() -> None:
    """Where nothing is missing, nothing but the verdict and the counts is said."""
    text = summary.render(packed(green()), TODAY)
    assert "## Sign-off: passed\n" in text
    assert "###" not in text


def test_old_live_evidence_is_called_stale() -> None:
    """After thirty days the summary says so."""
    pack = packed(green(systems={"memory": "fakes", "http": "real systems"}))
    pack.run["live"] = {"app": "Klaviyo"}
    assert "Live evidence: 1 day old." in summary.render(pack, TODAY)
    assert (
        "Live evidence: stale: this evidence is of 2026-03-01, 31 days old; it counts for 30 days."
        in summary.render(pack, date(2026, 4, 1))
    )


def test_the_summary_is_stale_where_the_report_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both go by one rule, whose number of days stands once; what was a rehearsal has no age."""
    pack = packed(green(systems={"memory": "fakes", "http": "real systems"}))
    pack.run["live"] = {"app": "Klaviyo", "ended": "no date"}
    assert "Live evidence: stale: nothing says when this evidence was made." in summary.render(pack, TODAY)
    monkeypatch.setattr(summary, "stale_worlds", lambda *_: {})
    assert "Live evidence: 0 days old." in summary.render(pack, TODAY)
    assert "Live evidence" not in summary.render(packed(green(systems=dict.fromkeys(WORLDS, "fakes"))), TODAY)


@pytest.mark.parametrize(
    ("systems", "said"),
    [
        (("fakes", "fakes"), "fakes (memory, http) only"),
        (("fakes", "nothing"), "fakes (memory) only"),
        (("fakes", "real systems"), "fakes (memory) and real systems (http)"),
        (("real systems", "nothing"), "real systems (memory)"),
        (("nothing", "nothing"), "nothing"),
    ],
)
def test_only_worlds_in_which_something_was_run_are_named(systems: tuple[str, str], said: str) -> None:
    """Which systems were tested is what the results say, and a world that tested none is not named."""
    assert against(packed(green(systems=dict(zip(WORLDS, systems, strict=True))))) == said


def test_the_page_of_a_ci_job_gets_the_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is added to what stands there; where that cannot be, it is said and nothing fails; elsewhere nothing is done."""
    monkeypatch.delenv(summary.STEP_SUMMARY, raising=False)
    summary.to_github("nobody")
    page = tmp_path / "page.md"
    page.write_text("before\n")
    monkeypatch.setenv(summary.STEP_SUMMARY, str(page))
    summary.to_github("after\n")
    assert page.read_text() == "before\nafter\n"
    monkeypatch.setenv(summary.STEP_SUMMARY, str(tmp_path))
    summary.to_github("after\n")
    assert "the summary was not added to $GITHUB_STEP_SUMMARY" in capsys.readouterr().err


def test_the_last_three_lines_say_verdict_gaps_and_place() -> None:
    """The verdict with its reasons and systems, what was not tested, where the report is."""
    assert last_lines(packed(results()), Path("out")) == [
        "verdict: failed (23 of 42 scenarios failed, 1 finding besides), against fakes (memory, http) only",
        "not tested: 7 of 21 scenarios in memory; 8 of 21 scenarios in http; 1 declared scenario never run",
        "report: out/signoff.html",
    ]
    assert last_lines(packed(green()), Path("out"))[:2] == [
        "verdict: passed, against fakes (memory, http) only",
        "not tested: nothing: every clause and scenario was",
    ]


def _results_of(files: dict[str, bytes], having: str = "name") -> list[bytes]:
    return [
        text for name, text in files.items() if name.endswith("-result.json") and having in json.loads(text)
    ]
