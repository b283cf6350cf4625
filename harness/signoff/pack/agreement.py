"""Whether the parts of a pack say the same: verdicts and records, the attestation and the results, evidence and records."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from harness.signoff.clauses import is_proven
from harness.signoff.pack.layout import ATTESTATION, EVIDENCE, MANIFEST, PICTURES, RESULTS
from harness.signoff.pack.names import full_name
from harness.signoff.pack.shapes import (
    Attestation,
    ClauseVerdict,
    Evidence,
    InWorld,
    Manifest,
    Outcome,
    Results,
    ScenarioResult,
    Step,
)
from harness.signoff.reconcile import too_often
from harness.signoff.verdicts import answer, verdict_of

OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "not run")
SECRET_STOOD, WAS_REMOVED = "a secret stood in ", "; the file was removed"
"""How a finding begins and ends that tells of a file that was taken out of the pack: those of ``harness.signoff.leaks``."""
MOST_NAMED = 3
GONE = "the evidence "
"""How a finding begins that tells of evidence which was not there at the end of the run, before the file's name."""
PICTURE_NAME = 16
"""How many digits of its digest a picture is named by."""


def contradictions(results: Results) -> list[str]:
    """Return where ``results.json`` says something else than its own records amount to."""
    lines = list(chain(_of_the_whole(results), _of_clauses(results), _of_origins(results)))
    return [f"{RESULTS}: {line}" for line in lines]


def unlike_declared(results: Results, manifest: Manifest) -> list[str]:
    """Return what the results leave out, or have twice: clauses, worlds, scenarios; none may vanish from under a verdict."""
    lines = list(chain(_of_ids(results, manifest), _of_worlds(results), _of_keys(results)))
    return [f"{RESULTS}: {line}" for line in lines]


def _of_ids(results: Results, manifest: Manifest) -> Iterator[str]:
    said = Counter(one.id for document in results.documents for one in document.clauses)
    for clause in sorted(manifest.clauses.keys() | said.keys()):
        if clause not in said:
            yield f"{clause} is missing, and {MANIFEST} has it"
        elif clause not in manifest.clauses:
            yield f"{clause} is a clause that {MANIFEST} does not have"
        elif said[clause] > 1:
            yield f"{clause} stands there {said[clause]} times"


def _of_worlds(results: Results) -> Iterator[str]:
    if len(set(results.worlds)) < len(results.worlds):
        yield "a world stands there twice"
    worlds = set(results.worlds)
    if results.systems.keys() != worlds:
        yield "it says of other worlds than its own which systems they had"
    for clause in (one for document in results.documents for one in document.clauses):
        if clause.worlds.keys() != worlds:
            yield f"{clause.id} has verdicts in other worlds than the run"
    for world in sorted({one.world for one in results.scenarios} - worlds):
        yield f"there are scenarios of the {world} world, which is none of the run's"


def _of_keys(results: Results) -> Iterator[str]:
    """Yield scenarios that stand there twice in a world, if no finding says that they were run too often."""
    for (feature, name, row, world), times in Counter(one.key for one in results.scenarios).items():
        if times > 1 and too_often(feature, name, row) not in results.findings:
            yield f"{feature}: {name} ({world}) stands there {times} times"


def _of_the_whole(results: Results) -> Iterator[str]:
    counts = Counter(one.outcome for one in results.scenarios)
    right: dict[Outcome, int] = {outcome: counts[outcome] for outcome in OUTCOMES}
    if results.counts != right:
        yield f"it counts {results.counts}, and its records are {right}"
    speaks_against_it = counts["failed"] or results.findings or results.stale_clauses
    is_passed = bool(counts["passed"]) and not speaks_against_it
    if (results.verdict == "passed") != is_passed:
        yield f"its verdict is {results.verdict!r}, against its own records and findings"
    clauses = [one for document in results.documents for one in document.clauses]
    if results.complete != all(one.verdict in {"passed", "failed"} for one in clauses):
        yield f"complete is {str(results.complete).lower()}, against the verdicts of its clauses"
    for name, part in (("lost", results.lost), ("discrepancies", results.discrepancies)):
        if not set(part) <= set(results.findings):
            yield f"{name} says what the findings do not"


def _of_origins(results: Results) -> Iterator[str]:
    """Yield records of a merged pack that come from nowhere, or whose outcome none of the packs had."""
    known = range(len(results.origins))
    for record in results.scenarios:
        told = {one.origin: one.outcome for one in record.origins}
        places = {*told, *({record.origin} if record.origin is not None else ())}
        if not places <= set(known):
            yield f"{record.feature}: {record.name} ({record.world}) comes from a pack that was not merged"
        elif results.origins and (record.origin is None or told.get(record.origin) != record.outcome):
            yield f"{record.feature}: {record.name} ({record.world}) had another outcome where it comes from"


def _of_clauses(results: Results) -> Iterator[str]:
    showing: dict[tuple[str, str], list[ScenarioResult]] = {}
    for record in results.scenarios:
        for tag in record.tags:
            showing.setdefault((tag, record.world), []).append(record)
    for clause in (one for document in results.documents for one in document.clauses):
        for world, said in clause.worlds.items():
            if wrong := _wrong(clause, said, showing.get((clause.id, world), [])):
                yield f"{clause.id} in {world}: {wrong}"
        shown = [one for one in results.scenarios if clause.id in one.tags]
        if clause.scenarios != list(dict.fromkeys(one.name for one in shown)):
            yield f"{clause.id} names other scenarios than show it"
        if clause.verdict != verdict_of(shown, partial(is_proven, clause.subject, clause.proof)):
            yield f"{clause.id} is {clause.verdict!r}, against its scenarios over all worlds"
        if clause.answer != answer(clause.verdict, is_stale=clause.id in results.stale_clauses):
            yield f"{clause.id} is answered by {clause.answer!r}, and its verdict is {clause.verdict!r}"


def _wrong(clause: ClauseVerdict, said: InWorld, records: Sequence[ScenarioResult]) -> str:
    """Return what is wrong with a clause's verdict in a world, by the rule that verdicts are made by."""
    not_run = [one for one in records if one.outcome == "not run"]
    if (said.scenarios, said.not_run) != (len(records), len(not_run)):
        return (
            f"it rests on {said.scenarios} scenarios, {said.not_run} of them not run; "
            f"the records are {len(records)} and {len(not_run)}"
        )
    if said.verdict != verdict_of(records, partial(is_proven, clause.subject, clause.proof)):
        return f"{said.verdict!r}, against the outcomes of its scenarios and what was seen in them"
    return ""


def unlike_results(attestation: Attestation, results: Results) -> list[str]:
    """Return where the attestation says something else than the results."""
    stated = attestation.predicate
    right = "FAILED" if results.verdict == "failed" else ("PASSED" if results.complete else "WARNED")
    lines = []
    if stated.result != right:
        lines.append(f"{ATTESTATION}: its result is {stated.result}, and {RESULTS} amounts to {right}")
    told: dict[Outcome, list[str]] = {
        "passed": stated.passedTests,
        "failed": stated.failedTests,
        "not run": stated.warnedTests,
    }
    for outcome, tests in told.items():
        names = [full_name(one.model_dump()) for one in results.scenarios if one.outcome == outcome]
        if tests != names:
            differing = sorted((Counter(tests) - Counter(names)) + (Counter(names) - Counter(tests)))
            which = f": {', '.join(differing[:MOST_NAMED])}" if differing else ", by their order"
            lines.append(f"{ATTESTATION}: other tests {outcome} than in {RESULTS}{which}")
    if stated.run.systems.keys() != set(results.worlds):
        lines.append(f"{ATTESTATION}: its run was in other worlds than {RESULTS} says")
    if [one.name for one in stated.origins] != [one.name for one in results.origins]:
        lines.append(f"{ATTESTATION}: it joins other packs than {RESULTS} says")
    return lines


def unlike_manifest(attestation: Attestation, manifest: Manifest) -> list[str]:
    """Return which digests the attestation and the manifest do not share."""
    subjects = {one.name: one.digest.sha256 for one in attestation.subject}
    stated = {one.name: one.digest.sha256 for one in attestation.predicate.configuration}
    lines = []
    if subjects.get(RESULTS) != manifest.files.get(RESULTS):
        lines.append(f"{ATTESTATION}: its subject is another {RESULTS}")
    wrong = [name for name, digest in sorted(manifest.digests.items()) if stated.get(name) != digest]
    if wrong:
        lines.append(f"{ATTESTATION}: it is about other {', '.join(wrong)} than the pack's")
    return lines


def evidence_faults(
    results: Results, evidence: Mapping[str, Evidence | None], files: Mapping[str, str]
) -> list[str]:
    """Return what is wrong between records and evidence.

    ``evidence`` has every JSON file below ``evidence/``, ``None`` where it could not be read; ``files`` are path → SHA-256.
    """
    named: set[str] = set()
    lines: list[str] = []
    for record in results.scenarios:
        if not record.evidence and _has_to_show(record) and not _was_removed(record, results.findings):
            lines.append(f"{RESULTS}: {_whose(record)} {record.outcome}, and names no evidence")
        for name in record.evidence:
            named.add(name)
            whose = _whose(record)
            if name not in files or not name.startswith(f"{EVIDENCE}/"):
                lines.append(f"{name}: missing, the evidence of {whose}")
            elif (found := evidence.get(name)) is not None:
                named |= found.files
                lines += [f"{name}: {fault}" for fault in _faults_of(found, record)]
                lines += [f"{one}: missing, {name} names it" for one in sorted(found.files - files.keys())]
    kept = sorted(one for one in files if one.startswith(f"{EVIDENCE}/"))
    if None in evidence.values():  # what that one names is not known
        kept = [one for one in kept if one in evidence]
    lines += [f"{one}: no scenario names it as its evidence" for one in kept if one not in named]
    return lines + _pictures(files)


def _whose(record: ScenarioResult) -> str:
    return f"{record.feature}: {record.name} ({record.world})"


def _has_to_show(record: ScenarioResult) -> bool:
    """Say whether something was seen of it: it was run, nothing died under it, and it had steps, without which it fails."""
    is_empty = record.outcome == "failed" and not record.steps
    return record.outcome != "not run" and record.kind != "crashed" and not is_empty


def _was_removed(record: ScenarioResult, findings: Sequence[str]) -> bool:
    """Say whether a finding tells that its evidence was taken out: by its place, or all of it where that is not told."""
    place = f"{EVIDENCE}/{record.world}/{record.feature.removesuffix('.feature')}/"
    removed = [
        one.removeprefix(SECRET_STOOD).partition(": ")[0]
        for one in findings
        if one.startswith(SECRET_STOOD) and one.endswith(WAS_REMOVED)
    ]
    is_gone = any(one.startswith(GONE + place) for one in findings)
    return is_gone or any(one.startswith((place, "file ")) or "\u2026" in one for one in removed)


def _faults_of(found: Evidence, record: ScenarioResult) -> list[str]:
    if found.key != record.key:
        told = f"{found.feature}: {found.name} ({found.world})"
        return [f"evidence of {told}, and named by {_whose(record)}"]
    if found.outcome == record.outcome and _told(found.steps) == _told(record.steps):
        return []
    return [f"it ended otherwise than {RESULTS} says of {_whose(record)}"]


def _told(steps: Sequence[Step]) -> list[tuple[str, str, Outcome]]:
    return [(one.keyword, one.text, one.outcome) for one in steps]


def _pictures(files: Mapping[str, str]) -> list[str]:
    pictures = {name: digest for name, digest in files.items() if name.startswith(f"{PICTURES}/")}
    return [
        f"{name}: a picture is named by its content, and this one is {digest[:PICTURE_NAME]}"
        for name, digest in pictures.items()
        if name.removeprefix(f"{PICTURES}/").partition(".")[0] != digest[:PICTURE_NAME]
    ]
