"""``messages.ndjson``: the pack as Cucumber Messages, which Cucumber's own formatters read.

A scenario in a world is a test case. Its steps have Cucumber's statuses; what failed or was skipped elsewhere than in a
step, such as when the scenario was over, is told by a hook, so that Cucumber counts as we do. Ids are counted, not random.
Durations are the measured ones; a test case begins where the one before it ended, for only durations are kept.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import Any

from gherkin.stream.id_generator import IdGenerator

from harness.signoff.pack.pack import Pack
from harness.signoff.standards.gherkin_documents import FeatureInWorld, feature_in_world
from harness.signoff.standards.records import Timed, began, by_suite, media_type, speaks_against_it

Message = dict[str, Any]
PROTOCOL = "34.2.1"
"""The version of the messages' schema that these keep to."""
DISTRIBUTION = "gladly-klaviyo-harness"
FAILURES = {"undefined": "UNDEFINED", "ambiguous": "AMBIGUOUS"}
STATUSES = {"passed": "PASSED", "not run": "SKIPPED"}
WORST_LAST = ("PASSED", "SKIPPED", "UNDEFINED", "AMBIGUOUS", "FAILED")
_NANO = 1_000_000_000
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class _Run:
    """The run that is told of: its pack, the source of ids, and the ids of the run, a hook and step definitions.

    Those stand for the harness's own, whose places are no part of a pack: two, for a step may have one too many.
    """

    pack: Pack
    ids: IdGenerator
    id: str
    hook: str
    definitions: tuple[str, str]


@dataclass(frozen=True)
class _Step:
    """A step of a test case: its id, what it is of, its status and why, how long it took, and its pictures."""

    id: str
    of: Message
    status: str
    message: str
    seconds: float
    pictures: Sequence[Message] = ()


def render(pack: Pack, today: date, content: str = "") -> str:  # noqa: ARG001 - what was run does not age
    """Return the messages, one a line. ``content`` is not told: no message has a place for it."""
    lines = (json.dumps(one, ensure_ascii=False, sort_keys=True) for one in messages(pack))
    return "".join(f"{line}\n" for line in lines)


def messages(pack: Pack) -> Iterator[Message]:
    """Yield the messages in the order that the protocol asks for."""
    ids = IdGenerator()
    suites = [feature_in_world(world, feature, found, ids) for world, feature, found in by_suite(pack)]
    yield _meta(pack)
    for suite, _ in suites:
        yield from _declared(suite)
    definitions = (ids.get_next_id(), ids.get_next_id())
    run = _Run(pack, ids, ids.get_next_id(), ids.get_next_id(), definitions)
    yield from _definitions(run)
    now = began(pack)
    yield {"testRunStarted": {"id": run.id, "timestamp": _timestamp(now)}}
    for suite, records in suites:
        for pickle, one in zip(suite.of_records, records, strict=True):
            yield from _test_case(run, pickle, one, now)
            now += timedelta(seconds=one.seconds)
    yield {"testRunFinished": _finished(run, now)}


def _meta(pack: Pack) -> Message:
    run = pack.attestation.get("predicate", {}).get("run", {})
    machine = run.get("machine", {})
    return {
        "meta": {
            "protocolVersion": PROTOCOL,
            "implementation": {"name": DISTRIBUTION, "version": version(DISTRIBUTION)},
            "runtime": {"name": "Python", "version": str(machine.get("python", ""))},
            "os": {"name": str(machine.get("platform", ""))},
            "cpu": {"name": ""},
        }
    }


def _declared(suite: FeatureInWorld) -> Iterator[Message]:
    kind = "text/x.cucumber.gherkin+plain"
    yield {"source": {"uri": suite.uri, "data": suite.text, "mediaType": kind}}
    yield {"gherkinDocument": suite.document}
    yield from ({"pickle": pickle} for pickle in suite.pickles)


def _definitions(run: _Run) -> Iterator[Message]:
    for one in run.definitions:
        pattern = {"type": "REGULAR_EXPRESSION", "source": ".*"}
        yield {"stepDefinition": {"id": one, "pattern": pattern, "sourceReference": {"uri": "steps"}}}
    hook = {"id": run.hook, "name": "around the steps", "type": "AFTER_TEST_CASE"}
    yield {"hook": {**hook, "sourceReference": {"uri": "harness/plugin"}}}


def _test_case(run: _Run, pickle: Message, one: Timed, now: datetime) -> Iterator[Message]:
    steps = list(_steps(run, pickle, one))
    case, started = run.ids.get_next_id(), run.ids.get_next_id()
    yield {
        "testCase": {
            "id": case,
            "pickleId": pickle["id"],
            "testRunStartedId": run.id,
            "testSteps": [{"id": step.id, **step.of} for step in steps],
        }
    }
    yield {"testCaseStarted": {"id": started, "testCaseId": case, "attempt": 0, "timestamp": _timestamp(now)}}
    ended = now + timedelta(seconds=one.seconds)
    for step in steps:
        yield from _step(step, started, now)
        now += timedelta(seconds=step.seconds)
    finished = {
        "testCaseStartedId": started,
        "willBeRetried": False,
        "timestamp": _timestamp(max(now, ended)),
    }
    yield {"testCaseFinished": finished}


def _step(step: _Step, started: str, now: datetime) -> Iterator[Message]:
    of = {"testCaseStartedId": started, "testStepId": step.id}
    yield {"testStepStarted": {**of, "timestamp": _timestamp(now)}}
    for picture in step.pictures:
        yield {"attachment": {**of, **picture}}
    result: Message = {"status": step.status, "duration": _duration(step.seconds)}
    if step.message:
        result["message"] = step.message
    ended = _timestamp(now + timedelta(seconds=step.seconds))
    yield {"testStepFinished": {**of, "testStepResult": result, "timestamp": ended}}


def _steps(run: _Run, pickle: Message, one: Timed) -> Iterator[_Step]:
    """Yield the steps, and the hook where they alone would not add up to what became of the scenario."""
    record, worst, is_said = one.record, "PASSED" if one.record["steps"] else "", False
    pictures = _pictures(run.pack, record)
    for index, (step, known) in enumerate(zip(record["steps"], pickle["steps"], strict=True)):
        status = STATUSES.get(step["outcome"]) or FAILURES.get(record["kind"], "FAILED")
        says = status not in {"PASSED", "SKIPPED"} or (status == "SKIPPED" and record["outcome"] == "not run")
        message = record["reason"] if says and not is_said else ""
        is_said = is_said or says
        worst = max(worst, status, key=lambda name: WORST_LAST.index(name) if name else -1)
        seconds = one.steps[index] if index < len(one.steps) else 0.0
        of = {"pickleStepId": known["id"], **_definitions_of(status, run)}
        yield _Step(run.ids.get_next_id(), of, status, message, seconds, pictures.get(index, ()))
    meant = STATUSES.get(record["outcome"], "FAILED")
    if worst != meant and not (meant == "FAILED" and worst in FAILURES.values()):
        yield _Step(run.ids.get_next_id(), {"hookId": run.hook}, meant, record["reason"], 0.0)


def _definitions_of(status: str, run: _Run) -> Message:
    count = {"UNDEFINED": 0, "AMBIGUOUS": 2}.get(status, 1)
    arguments: list[Message] = [{"stepMatchArguments": []}] * count
    return {"stepDefinitionIds": list(run.definitions[:count]), "stepMatchArgumentsLists": arguments}


def _pictures(pack: Pack, record: Message) -> dict[int, list[Message]]:
    """Return the pictures of each step by its index, as links to the files of the pack."""
    found: dict[int, list[Message]] = {}
    for path in record["evidence"]:
        for index, step in enumerate(pack.evidence(path).get("steps", ())):
            found[index] = [
                {
                    "mediaType": media_type(picture["file"]),
                    "fileName": picture["page"],
                    "url": picture["file"],
                    "body": "",
                    "contentEncoding": "IDENTITY",
                }
                for picture in step.get("pictures", ())
            ]
    return found


def _finished(run: _Run, now: datetime) -> Message:
    finished: Message = {
        "testRunStartedId": run.id,
        "success": run.pack.results["verdict"] == "passed",
        "timestamp": _timestamp(now),
    }
    if against := speaks_against_it(run.pack):
        finished["message"] = "\n".join(against)
    return finished


def _timestamp(when: datetime) -> Message:
    return _duration((when - _EPOCH).total_seconds())


def _duration(seconds: float) -> Message:
    whole, rest = divmod(round(seconds * 1_000_000), 1_000_000)
    return {"seconds": whole, "nanos": rest * (_NANO // 1_000_000)}
