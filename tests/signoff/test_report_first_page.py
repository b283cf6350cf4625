"""Page one: may I sign, against which systems, about whom, what was not tested, by whom, and who approved it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.signoff.pack.pack import Pack, read
from harness.signoff.report.approvals import approvals_of
from harness.signoff.report.first_page import FirstPage, first_page
from harness.signoff.report.reading import Reading
from tests.signoff.sample_kinds import SAMPLES, made
from tests.signoff.samples import write

TODAY = date(2026, 11, 28)
PageOf = Callable[[str], FirstPage]


@pytest.fixture(scope="module")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> PageOf:
    """Return what gives page one of a sample, each made once."""
    return lambda name: read_on(made(name, tmp_path_factory))


def read_on(pack: Pack, today: date = TODAY) -> FirstPage:
    """Return page one of ``pack`` as it reads on a day."""
    reading = Reading(pack, today, pack.manifest["digests"]["content"])
    return first_page(reading, approvals_of(reading))


@pytest.mark.parametrize(
    ("sample", "answer", "because"),
    [
        ("green", "Yes", "All 6 clauses hold against the fakes, as far as our model of the vendors goes"),
        ("live", "Yes", "of them at the real systems too, the others against the fakes"),
        ("unverified", "Not yet", "Nothing failed, but 3 of 6 clauses are not answered."),
        ("stale", "Not yet", "is not answered"),
        ("changed", "Not yet", "1 of 6 clauses is not answered"),
        ("failures", "No", "clauses do not hold and the run itself is not sound (1 finding)."),
        ("merged", "No", "The merged packs contradict each other (1 discrepancy)."),
    ],
)
def test_may_i_sign(page_of: PageOf, sample: str, answer: str, because: str) -> None:
    """Yes needs every clause answered with yes; what failed is a no, what is missing or stale a not yet."""
    page = page_of(sample)
    assert page.answer == answer
    assert because in page.because


def test_a_yes_against_fakes_says_so(page_of: PageOf) -> None:
    """Nobody can take a run against fakes for one at the real systems."""
    page = page_of("green")
    assert page.against == "Against fakes only: our model of the vendors, to be confirmed live."
    assert "nothing yet about the real Klaviyo and Gladly" in page.because
    assert (
        "live",
        "No real Klaviyo account or Gladly organization was used: everything rests on the fakes (docs/differences.md).",
    ) in page.untested


def test_real_systems_are_named_with_their_account_and_day(page_of: PageOf) -> None:
    """Which account, which organization, and when."""
    page = page_of("live")
    assert page.against.startswith("Against real systems in the live world, and against fakes in the worlds")
    [(world, said)] = page.systems
    assert (world, said) == (
        "live",
        "Klaviyo account AbC123, Gladly organization Acme Test, 20 November 2026, 09:25 UTC",
    )


def with_systems(folder: Path, **systems: str) -> FirstPage:
    """Return page one of the live sample whose worlds were run against these systems; nothing else is changed."""
    live = SAMPLES["live"]
    said = dict.fromkeys(live.worlds, "fakes") | systems
    return read_on(write(folder, replace(live, results={"systems": said})))


def test_a_rehearsal_is_not_live(tmp_path: Path) -> None:
    """A live run whose systems were on this machine counts as one against fakes: the results say so, and nothing else is asked."""
    page = with_systems(tmp_path, live="fakes")
    assert page.against.startswith("Against fakes only")
    assert "a rehearsal" in page.against
    assert page.systems == []


def test_a_world_in_which_nothing_was_run_was_against_nothing(tmp_path: Path) -> None:
    """It is named among no systems that were tested; where that goes for all of them, the sentence says so."""
    page = with_systems(tmp_path / "live", live="nothing")
    assert page.against == "Against fakes only: our model of the vendors, to be confirmed live."
    assert page.systems == []
    everywhere = with_systems(tmp_path / "all", **dict.fromkeys(SAMPLES["live"].worlds, "nothing"))
    assert everywhere.against == "Against nothing: nothing was run."


def test_the_two_subjects_are_counted_apart(page_of: PageOf) -> None:
    """What is about the integration and what is about our model of the vendors have counts of their own."""
    integration, systems = page_of("failures").subjects
    assert (integration.yes, integration.no, integration.unverified) == (0, 2, 0)
    assert (systems.yes, systems.no, systems.unverified) == (2, 2, 0)
    assert page_of("stale").subjects[1].stale == 1


def test_an_integration_that_does_nothing_is_called_so(page_of: PageOf) -> None:
    """One sentence says that nothing was seen of it, and no clause about it reads yes."""
    page = page_of("nothing")
    assert page.idle == (
        "The integration was not seen to do anything: it made no call in any scenario; "
        "it answered webhooks and did nothing about them."
    )
    assert page.subjects[0].yes == 0
    assert page_of("green").idle == ""


def test_the_integration_is_named_with_its_version(page_of: PageOf) -> None:
    """Its command, the digest of its files, and what it says of itself."""
    page = page_of("green")
    assert page.command == "the reference integration"
    assert page.version == "files 4c3267e1e1e1; it calls itself gladly-klaviyo-reference/1.4"


def test_by_whom_and_when(page_of: PageOf) -> None:
    """The attestation's person and times."""
    assert page_of("green").when == "Robin Field, 28 November 2026, 11:00 to 11:09 UTC (9 min 40 s)"


def test_changed_sentences_and_old_evidence_are_listed(page_of: PageOf) -> None:
    """Page one lists what is stale, and why."""
    assert page_of("changed").stale == [
        ("not in our clauses", "no clause speaks of: New."),
        ("UPG-16", "the sentence it rests on has changed"),
    ]
    assert page_of("stale").stale == [
        ("the live world", "this evidence is of 2026-10-01, 58 days old; it counts for 30 days")
    ]


def test_worlds_left_out_say_what_that_risks(page_of: PageOf) -> None:
    """Each world that was not run is named with its risk."""
    assert [world for world, _ in page_of("memory").untested] == ["http", "browser", "live"]


@pytest.mark.parametrize(
    ("sample", "said", "mark"),
    [
        ("green", "None yet.", "open"),
        (
            "approved",
            "Approved with conditions by Lou Ash (owner): live within a week and approved by Kim Vale (QA lead).",
            "part",
        ),
        ("void", "Void: what Kim Vale approved has changed since.", "no"),
    ],
)
def test_the_state_of_the_approvals(page_of: PageOf, sample: str, said: str, mark: str) -> None:
    """None yet, by whom and how, or void."""
    page = page_of(sample)
    assert (page.approvals, page.approvals_mark) == (said, mark)


def test_a_rejection_that_stands_is_the_answer(tmp_path: Path) -> None:
    """Whoever rejected the pack as it is comes before everybody who approved it, and before what the run says."""
    write(tmp_path, SAMPLES["approved"])
    pack = read(tmp_path)
    rejected = {**pack.approvals[0], "number": 3, "name": "Bo Roe", "meaning": "reject"}
    page = read_on(replace(pack, approvals=(*pack.approvals, rejected)))
    assert (page.answer, page.because[:20]) == ("No", "Rejected by Bo Roe. ")
    assert page.approvals.startswith("Rejected by Bo Roe")


def test_another_attestation_voids_an_approval(tmp_path: Path) -> None:
    """An approval is bound to by whom, when and with what the results were made, too."""
    pack = write(tmp_path, SAMPLES["approved"])
    attestation = tmp_path / "attestation.json"
    attestation.write_text(attestation.read_text().replace("Robin Field", "Robin Hood"))
    assert read_on(read(tmp_path)).approvals.startswith("Void")
    assert pack.approvals[0]["of"]["content"] == read(tmp_path).manifest["digests"]["content"]
