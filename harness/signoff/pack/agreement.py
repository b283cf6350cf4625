"""Whether the parts of a pack say the same: verdicts and records, the attestation and the results, evidence and records."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from harness.signoff.pack.layout import ATTESTATION, EVIDENCE, PICTURES, RESULTS
from harness.signoff.pack.shapes import (
    Attestation,
    ClauseVerdict,
    Evidence,
    InWorld,
    Manifest,
    Outcome,
    Results,
    ScenarioResult,
)
from harness.signoff.verdicts import LONG_TABLE, answer, over_all

OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "not run")
PICTURE_NAME = 16
"""How many digits of its digest a picture is named by."""


def contradictions(results: Results) -> list[str]:
    """Return where ``results.json`` says something else than its own records amount to."""
    lines = list(chain(_of_the_whole(results), _of_clauses(results), _of_origins(results)))
    return [f"{RESULTS}: {line}" for line in lines]


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
        if clause.verdict != over_all(one.verdict for one in clause.worlds.values()):
            yield f"{clause.id} is {clause.verdict!r}, against its verdicts in the worlds"
        if clause.answer != answer(clause.verdict, is_stale=clause.id in results.stale_clauses):
            yield f"{clause.id} is answered by {clause.answer!r}, and its verdict is {clause.verdict!r}"


def _wrong(clause: ClauseVerdict, said: InWorld, records: Sequence[ScenarioResult]) -> str:
    """Return what is wrong with a clause's verdict in a world. Whether the integration did enough is not judged anew."""
    not_run = [one for one in records if one.outcome == "not run"]
    if (said.scenarios, said.not_run) != (len(records), len(not_run)):
        return (
            f"it rests on {said.scenarios} scenarios, {said.not_run} of them not run; "
            f"the records are {len(records)} and {len(not_run)}"
        )
    proving = [
        one for one in records if one.outcome == "passed" and (clause.subject == "systems" or one.seen)
    ]
    possible = {"passed in part" if any(LONG_TABLE not in one.tags for one in not_run) else "passed"}
    if any(one.outcome == "failed" for one in records):
        possible = {"failed"}
    elif not proving:
        possible = {"not tested"}
    elif clause.subject == "integration":
        possible |= {"not tested"}
    return "" if said.verdict in possible else f"{said.verdict!r}, against the outcomes of its scenarios"


def unlike_results(attestation: Attestation, results: Results) -> list[str]:
    """Return where the attestation says something else than the results."""
    stated = attestation.predicate
    right = "FAILED" if results.verdict == "failed" else ("PASSED" if results.complete else "WARNED")
    lines = []
    if stated.result != right:
        lines.append(f"{ATTESTATION}: its result is {stated.result}, and {RESULTS} amounts to {right}")
    counts = Counter(one.outcome for one in results.scenarios)
    told: dict[Outcome, list[str]] = {
        "passed": stated.passedTests,
        "failed": stated.failedTests,
        "not run": stated.warnedTests,
    }
    for outcome, tests in told.items():
        if len(tests) != counts[outcome]:
            lines.append(f"{ATTESTATION}: {len(tests)} tests {outcome}, and {counts[outcome]} in {RESULTS}")
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
        for name in record.evidence:
            named.add(name)
            whose = f"{record.feature}: {record.name} ({record.world})"
            if name not in files or not name.startswith(f"{EVIDENCE}/"):
                lines.append(f"{name}: missing, the evidence of {whose}")
            elif (found := evidence.get(name)) is not None:
                named |= found.files
                lines += [f"{name}: {fault}" for fault in _faults_of(found, record, whose)]
                lines += [f"{one}: missing, {name} names it" for one in sorted(found.files - files.keys())]
    kept = sorted(one for one in files if one.startswith(f"{EVIDENCE}/"))
    if None in evidence.values():  # what that one names is not known
        kept = [one for one in kept if one in evidence]
    lines += [f"{one}: no scenario names it as its evidence" for one in kept if one not in named]
    return lines + _pictures(files)


def _faults_of(found: Evidence, record: ScenarioResult, whose: str) -> list[str]:
    if found.key != record.key:
        return [f"evidence of {found.feature}: {found.name} ({found.world}), and named by {whose}"]
    said = [(one.keyword, one.text, one.outcome) for one in found.steps]
    right = [(one.keyword, one.text, one.outcome) for one in record.steps]
    if found.outcome != record.outcome or said != right:
        return [f"it ended otherwise than {RESULTS} says of {whose}"]
    return []


def _pictures(files: Mapping[str, str]) -> list[str]:
    pictures = {name: digest for name, digest in files.items() if name.startswith(f"{PICTURES}/")}
    return [
        f"{name}: a picture is named by its content, and this one is {digest[:PICTURE_NAME]}"
        for name, digest in pictures.items()
        if name.removeprefix(f"{PICTURES}/").partition(".")[0] != digest[:PICTURE_NAME]
    ]
