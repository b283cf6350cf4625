"""``summary.md``: what the pack says in a page of Markdown, for a pull request or the page of a CI job."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from harness.signoff.pack import names
from harness.signoff.pack.aging import made_on, runs_behind, stale_worlds
from harness.signoff.pack.layout import REPORT
from harness.signoff.pack.pack import Pack
from harness.signoff.pack.systems import REAL, worlds_with
from harness.signoff.standards.records import KINDS, Timed, against, speaks_against_it, timed

MOST = 20
"""How many lines of a kind are shown."""
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
SUBJECTS = {**names.SUBJECTS, "systems": f"{names.SUBJECTS['systems']}, to be confirmed live"}
ANSWERS = ("yes", "no", "unverified")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~&$@])")


def render(pack: Pack, today: date, content: str = "") -> str:
    """Return the summary. ``content`` is the digest of what is signed, where it is known."""
    results = pack.results
    clauses = [clause for document in results["documents"] for clause in document["clauses"]]
    records = timed(pack)
    parts = [
        f"## Sign-off: {verdict(pack)}",
        _tested(pack),
        *_ages(pack, today),
        _subjects(clauses),
        *_section("Clauses that are not *yes*", _table(clauses, results.get("stale_clauses", {}))),
        *_section("Failed", _listed(_failures(records))),
        *_section("What else speaks against it", _listed([_plain(one) for one in speaks_against_it(pack)])),
        *_section("Not tested", _listed(not_tested(pack))),
        f"Report: `{REPORT}` in the pack" + (f", content `{content[:16]}`" if content else ""),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def verdict(pack: Pack) -> str:
    """Return the verdict in words; what is not complete is never just passed."""
    said = str(pack.results["verdict"])
    return said if pack.results["complete"] or said == "failed" else f"{said}, but not everything was tested"


def not_tested(pack: Pack) -> list[str]:
    """Return a line for each world and reason for which scenarios were not run, with how many, as Markdown."""
    missing = [one for one in timed(pack) if one.record["outcome"] == "not run"]
    totals = Counter(one.record["world"] for one in timed(pack))
    counts = Counter((one.record["world"], one.record["kind"], one.first_line) for one in missing)
    return [
        f"{world}: {count} of {totals[world]} scenarios ({_plain(KINDS[kind])}): {_plain(reason)}"
        for (world, kind, reason), count in sorted(
            counts.items(), key=lambda one: (one[0][0], -one[1], one[0])
        )
    ]


def to_github(text: str) -> None:
    """Append ``text`` to the page of the CI job where GitHub's runner names its file; what cannot be written is said."""
    if not (name := os.environ.get(STEP_SUMMARY)):
        return
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        print(f"the summary was not added to ${STEP_SUMMARY}: {error}", file=sys.stderr)  # noqa: T201 - the user is told, and the run is not failed for it


def _tested(pack: Pack) -> str:
    counts = pack.results["counts"]
    scenarios = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("passed", "failed", "not run"))
    return f"Tested: {_plain(pack.results['integration'])}, against {_plain(against(pack))}. Scenarios: {scenarios}."


def _subjects(clauses: Sequence[dict[str, Any]]) -> str:
    rows = ["| clauses about | yes | no | unverified |", "| --- | --- | --- | --- |"]
    for subject, words in SUBJECTS.items():
        counts = Counter(clause["answer"] for clause in clauses if clause["subject"] == subject)
        rows.append(f"| {words} | {' | '.join(str(counts[one]) for one in ANSWERS)} |")
    return "\n".join(rows)


def _table(clauses: Iterable[dict[str, Any]], stale: dict[str, str]) -> str:
    rows = [
        f"| {clause['id']} | {_plain(clause['says'])} | {_answer(clause, stale)} | {SUBJECTS[clause['subject']]} |"
        for clause in sorted(clauses, key=lambda one: ANSWERS.index(one["answer"]) != 1)
        if clause["answer"] != "yes"
    ]
    if not rows:
        return ""
    return "\n".join(
        ["| clause | says | answer | about |", "| --- | --- | --- | --- |", *_cut(rows, "| … | {} | | |")]
    )


def _answer(clause: dict[str, Any], stale: dict[str, str]) -> str:
    if clause["id"] in stale:
        return f"unverified: stale: {_plain(stale[clause['id']])}"
    if clause["answer"] == "no":
        return "**no**"
    return f"unverified: {clause['verdict']}"


def _failures(records: Iterable[Timed]) -> list[str]:
    failed = [one for one in records if one.record["outcome"] == "failed"]
    by_title = groupby(sorted(failed, key=_where), key=_where)
    return [
        line for (feature, title), group in by_title for line in _one_failure(feature, title, list(group))
    ]


def _where(one: Timed) -> tuple[str, str]:
    return (one.record["feature"], one.title)


def _one_failure(feature: str, title: str, worlds: list[Timed]) -> Iterator[str]:
    """Yield a line for all worlds in which it failed in the same way."""
    reasons: dict[str, list[str]] = {}
    for one in worlds:
        reasons.setdefault(one.first_line, []).append(one.record["world"])
    for reason, where in reasons.items():
        yield f"{_plain(title)} ({', '.join(where)}; `features/{feature}`): {_plain(reason)}"


def _ages(pack: Pack, today: date) -> list[str]:
    """Return of each world with real systems how old its oldest evidence is, or why that no longer counts."""
    stale = stale_worlds(pack, today)
    return [
        f"Live evidence: {_plain(f'stale: {stale[world]}' if world in stale else _age(pack, world, today))}."
        for world in worlds_with(pack.results, REAL)
    ]


def _age(pack: Pack, world: str, today: date) -> str:
    days = max(((today - day).days for run in runs_behind(pack, world) if (day := made_on(run))), default=0)
    return f"{max(days, 0)} {'day' if days == 1 else 'days'} old"


def _section(title: str, text: str) -> list[str]:
    return [f"### {title}", text] if text else []


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in _cut(lines, "{}"))


def _cut(lines: Sequence[str], form: str) -> list[str]:
    more = [form.format(f"and {len(lines) - MOST} more")] if len(lines) > MOST else []
    return [*lines[:MOST], *more]


def _plain(text: str) -> str:
    """Return ``text`` in one line, so that Markdown shows what stands there."""
    shown = "".join(one if one.isprintable() else "\ufffd" for one in " ".join(text.split()))
    return _MARKDOWN.sub(r"\\\1", shown)
