"""``allure-results/``: a result for each scenario and world, for whoever has Allure already (``--allure``)."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from harness.signoff.pack.pack import Pack
from harness.signoff.standards.records import (
    KINDS,
    Timed,
    against,
    began,
    by_suite,
    media_type,
    speaks_against_it,
)

STATUSES = {"passed": "passed", "failed": "failed", "not run": "skipped"}
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "gladly-klaviyo-harness")
"""What ids are derived from: the same scenario has the same one in each run, so that Allure sees its history."""


def files(pack: Pack, today: date) -> dict[str, bytes]:  # noqa: ARG001 - what was run does not age
    """Return the files of the folder by name: the results, the pictures that they show, and what was tested."""
    found: dict[str, bytes] = {}
    now, tries = began(pack), Counter[str]()
    for world, _, records in by_suite(pack):
        for one in records:
            name = f"{world}/{one.record['feature']}: {one.title}"
            tries[name] += 1
            result, pictures = _result(pack, one, f"{name} {tries[name]}" if tries[name] > 1 else name, now)
            found[f"{result['uuid']}-result.json"] = _json(result)
            found |= {PurePosixPath(path).name: (pack.folder / path).read_bytes() for path in pictures}
            now += timedelta(seconds=one.seconds)
    for finding in speaks_against_it(pack):
        result = _finding(finding, began(pack))
        found[f"{result['uuid']}-result.json"] = _json(result)
    tested = {"integration": pack.results["integration"], "against": against(pack)}
    lines = (f"{name}={' '.join(text.split())}\n" for name, text in tested.items())
    return found | {"environment.properties": "".join(lines).encode()}


def _result(pack: Pack, one: Timed, name: str, now: datetime) -> tuple[dict[str, Any], list[str]]:
    """Return a scenario's result, and the paths of its pictures. ``name`` tells it from every other of the pack."""
    record = one.record
    evidence = [pack.evidence(path).get("steps", []) for path in record["evidence"]]
    pictures = {index: step.get("pictures", []) for steps in evidence for index, step in enumerate(steps)}
    labels = [
        ("framework", "gladly-klaviyo-harness"),
        ("language", "python"),
        ("parentSuite", record["world"]),
        ("suite", record["feature"]),
        ("feature", record["feature"]),
        *((("subSuite", record["rule"]), ("story", record["rule"])) if record["rule"] else ()),
        *(("tag", clause) for clause in one.clauses),
    ]
    result = _base(name, one.title, STATUSES[record["outcome"]], now, one.seconds)
    result["labels"] = [{"name": label, "value": value} for label, value in labels]
    result["parameters"] = [{"name": "world", "value": record["world"]}]
    result["steps"] = list(_steps(one, pictures, now))
    if record["outcome"] != "passed":
        message = f"{KINDS[record['kind']]}: {one.first_line}" if record["kind"] else one.first_line
        result["statusDetails"] = {"message": message, "trace": record["reason"]}
    return result, [picture["file"] for found in pictures.values() for picture in found]


def _steps(one: Timed, pictures: dict[int, list[dict[str, Any]]], now: datetime) -> Iterator[dict[str, Any]]:
    for index, step in enumerate(one.record["steps"]):
        seconds = one.steps[index] if index < len(one.steps) else 0.0
        yield {
            "name": f"{step['keyword'].strip()} {step['text']}",
            "status": STATUSES[step["outcome"]],
            **_times(now, seconds),
            "attachments": [
                {
                    "name": one["page"],
                    "source": PurePosixPath(one["file"]).name,
                    "type": media_type(one["file"]),
                }
                for one in pictures.get(index, ())
            ],
        }
        now += timedelta(seconds=seconds)


def _finding(finding: str, now: datetime) -> dict[str, Any]:
    result = _base(f"inventory: {finding}", finding, "failed", now, 0.0)
    result["labels"] = [{"name": "parentSuite", "value": "inventory"}]
    result["statusDetails"] = {"message": finding}
    return result


def _base(full_name: str, name: str, status: str, now: datetime, seconds: float) -> dict[str, Any]:
    own = str(uuid.uuid5(_OURS, full_name))
    # Allure hides all but the last result of one history: what was run once more has a history of its own.
    return {
        "uuid": own,
        "historyId": own,
        "testCaseId": own,
        "fullName": full_name,
        "name": name,
        "status": status,
        **_times(now, seconds),
    }


def _times(now: datetime, seconds: float) -> dict[str, Any]:
    start = round(now.timestamp() * 1_000)
    return {"stage": "finished", "start": start, "stop": start + round(seconds * 1_000)}


def _json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, sort_keys=True) + "\n").encode()
