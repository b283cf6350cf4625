"""What page one answers: may I sign, what does it cover, what was not tested, by whom and when, who approved it."""

from dataclasses import dataclass

from harness.signoff.pack.names import SUBJECTS
from harness.signoff.report.approvals import Approval, rejected_by, state_of
from harness.signoff.report.phrases import SHORT_DIGEST, count, cut, duration, listed, moment, span
from harness.signoff.report.reading import Json, Reading
from harness.worlds.registry import LIVE, WORLDS

ABOUT = {
    "integration": "what it does, seen while it ran",
    "systems": "what their pages and rules do; to be confirmed live",
}
COMMAND, SAYS, REASON = 90, 60, 130
MOST_IDS = 8


@dataclass(frozen=True)
class Subject:
    """How many clauses about one subject read how."""

    title: str
    about: str
    yes: int
    no: int
    unverified: int
    stale: int

    @property
    def total(self) -> int:
        """How many there are."""
        return self.yes + self.no + self.unverified


@dataclass(frozen=True)
class FirstPage:
    """The answers of page one, as sentences."""

    answer: str
    mark: str
    because: str
    ids: list[str]
    more_ids: int
    idle: str
    subjects: list[Subject]
    against: str
    systems: list[tuple[str, str]]
    command: str
    version: str
    untested: list[tuple[str, str]]
    when: str
    digest: str
    approvals: str
    approvals_mark: str
    stale: list[tuple[str, str]]
    more_stale: int


def first_page(reading: Reading, approvals: list[Approval]) -> FirstPage:
    """Return the answers of page one."""
    answer, because, ids = may_i_sign(reading)
    if names := rejected_by(approvals):
        answer, because = "No", f"Rejected by {names}. {because}"
    stale = _stale(reading)
    text, mark = state_of(approvals)
    return FirstPage(
        answer=answer,
        mark={"Yes": "yes", "No": "no"}.get(answer, "open"),
        because=because,
        ids=ids[:MOST_IDS],
        more_ids=max(len(ids) - MOST_IDS, 0),
        idle=_idle(reading),
        subjects=subjects(reading),
        against=against(reading),
        systems=_systems(reading),
        command=cut(reading.results["integration"], COMMAND),
        version=_version(reading),
        untested=_untested(reading),
        when=when(reading.pack.run),
        digest=reading.content[:SHORT_DIGEST] or "unknown",
        approvals=text,
        approvals_mark=mark,
        stale=stale[:2],
        more_stale=max(len(stale) - 2, 0),
    )


def may_i_sign(reading: Reading) -> tuple[str, str, list[str]]:
    """Return yes, no or not yet, why, and the clauses that it is for."""
    results, total = reading.results, len(reading.clauses)
    words = {one["id"]: reading.answer(one).text for one in reading.clauses}
    failed = [one for one, word in words.items() if word == "no"]
    open_ones = [one for one, word in words.items() if word not in {"yes", "no"}]
    if against_it := _speaking_against(reading, len(failed)):
        return "No", f"{_sentence(against_it)}.", failed
    if not results["counts"]["passed"]:
        return "No", "Nothing that was run has passed.", open_ones
    if results["verdict"] != "passed":
        return "No", "The run did not pass.", open_ones
    if open_ones:
        told = "is not answered" if len(open_ones) == 1 else "are not answered"
        return (
            "Not yet",
            f"Nothing failed, but {len(open_ones)} of {count(total, 'clause')} {told}.",
            open_ones,
        )
    if not results["complete"]:
        return "Not yet", "Nothing failed, but not everything was tested.", []
    held = f"All {count(total, 'clause')} hold" if total > 1 else "The one clause holds"
    return "Yes", f"{held}{_as_far_as(reading)}", []


def _as_far_as(reading: Reading) -> str:
    """Return how far a yes reaches."""
    if not reading.real:
        return (
            " against the fakes, as far as our model of the vendors goes; "
            "this says nothing yet about the real Klaviyo and Gladly."
        )
    seen = [
        one for one in reading.clauses if any(reading.answer_in(one, w).text == "yes" for w in reading.real)
    ]
    return (
        f"; {len(seen)} of them at the real systems too, the others against the fakes."
        if (len(seen) < len(reading.clauses))
        else ", at the real systems too."
    )


def _speaking_against(reading: Reading, failed: int) -> list[str]:
    results, found = reading.results, []
    if failed:
        found.append(count(failed, "clause does not hold", "clauses do not hold"))
    elif broken := results["counts"]["failed"]:
        found.append(f"{count(broken, 'scenario run')} failed")
    if lost := results["lost"]:
        found.append(
            count(
                len(lost),
                "declared scenario run was not executed",
                "declared scenario runs were not executed",
            )
        )
    if findings := reading.findings:
        found.append(f"the run itself is not sound ({count(len(findings), 'finding')})")
    if apart := reading.contradictions:
        found.append(
            f"the merged packs contradict each other ({count(len(apart), 'discrepancy', 'discrepancies')})"
        )
    return found


def _sentence(parts: list[str]) -> str:
    text = listed(parts)
    return text[0].upper() + text[1:]


def _idle(reading: Reading) -> str:
    """Return in one sentence that the integration was not seen to do anything; ``""`` when it was."""
    if reading.was_seen:
        return ""
    answered = any("answers" in one["seen"] for one in reading.records)
    besides = "it answered webhooks and did nothing about them" if answered else "nothing came from it at all"
    return f"The integration was not seen to do anything: it made no call in any scenario; {besides}."


def subjects(reading: Reading) -> list[Subject]:
    """Return the clauses about each subject, counted apart."""
    found = []
    for subject, name in SUBJECTS.items():
        words = [reading.answer(one).text for one in reading.clauses if one["subject"] == subject]
        stale, open_ones = words.count("stale"), words.count("unverified")
        title, unverified = f"{name[0].upper()}{name[1:]}", open_ones + stale
        found.append(Subject(title, ABOUT[subject], words.count("yes"), words.count("no"), unverified, stale))
    return found


def against(reading: Reading) -> str:
    """Return against which systems it was run, in one sentence."""
    rehearsed = any(WORLDS[one].goes_live for one in reading.fakes if one in WORLDS)
    if not reading.real:
        also = (
            " The live run was a rehearsal: its systems were on the machine that ran it." if rehearsed else ""
        )
        said = "Against fakes only: our model of the vendors, to be confirmed live."
        return f"{said}{also}" if reading.fakes else "Against nothing: nothing was run."
    besides = f", and against fakes in the worlds {listed(reading.fakes)}" if reading.fakes else ""
    return f"Against real systems in the {listed(reading.real)} world{besides}."


def _systems(reading: Reading) -> list[tuple[str, str]]:
    """Return world → which systems stood there and, for real ones, since when; fakes stand together."""
    found = []
    for world in reading.real:
        said = reading.pack.run.get("systems", {}).get(world, "real systems that nothing names")
        live = reading.pack.run.get(LIVE) or {}
        on = f", {moment(live['ended'])}" if live.get("ended") else ""
        old = "; stale, see below" if world in reading.stale else ""
        found.append((world, f"{cut(said, REASON)}{on}{old}"))
    return found


def _version(reading: Reading) -> str:
    integration = reading.pack.run.get("integration") or {}
    digest, says = integration.get("digest", ""), integration.get("says", "")
    files = f"files {digest[:SHORT_DIGEST]}" if digest else "its files are not known"
    return f"{files}; it calls itself {cut(says, SAYS)}" if says else f"{files}; it does not say what it is"


def _untested(reading: Reading) -> list[tuple[str, str]]:
    """Return world → what its absence risks, and how much else was not run."""
    return [(world, WORLDS[world].risk) for world in reading.idle]


def when(run: Json) -> str:
    """Return by whom, when and how long in one line."""
    took = f" ({duration(run['seconds'])})" if isinstance(run.get("seconds"), int | float) else ""
    by = cut(str(run.get("by") or "nobody who is named"), SAYS)
    return f"{by}, {span(str(run.get('began', '')), str(run.get('ended', '')))}{took}"


def _stale(reading: Reading) -> list[tuple[str, str]]:
    clauses = [
        (one or "not in our clauses", cut(why, REASON))
        for one, why in sorted(reading.results["stale_clauses"].items())
    ]
    return [*((f"the {world} world", why) for world, why in reading.stale.items()), *clauses]
