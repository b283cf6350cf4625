"""A feature as Cucumber's tools know it: its source, its document, and of each record the pickle that was run."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from gherkin.ast_builder import AstBuilder
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from gherkin.stream.id_generator import IdGenerator

from harness.signoff.inventory import FEATURES
from harness.signoff.standards.records import Timed

KEYWORDS = {"Given", "When", "Then", "And", "But"}
WRITTEN_ANEW = "Written from the results: the feature as it was run is not at hand."


@dataclass(frozen=True)
class FeatureInWorld:
    """A feature in a world: the source's text, the parsed document, all its pickles, and those of the records in order."""

    uri: str
    text: str
    document: dict[str, Any]
    pickles: list[dict[str, Any]]
    of_records: list[dict[str, Any]]


def feature_in_world(
    world: str, feature: str, records: Sequence[Timed], ids: IdGenerator
) -> tuple[FeatureInWorld, list[Timed]]:
    """Return a feature in a world, and its records in the order of their pickles.

    A document for each world, with the world in its address and as a tag: one for all would show but one world's results.
    The feature is taken as it lies here if each record is found in it, else it is written from the records.
    """
    path = FEATURES / feature
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        found = _parsed(f"{world}/{feature}", world, text, ids)
        if (of_records := _matched(found, records, ids)) is not None:
            return FeatureInWorld(*found, of_records), list(records)
    ordered = sorted(
        records, key=lambda one: bool(one.record["rule"])
    )  # what has no Rule comes first in a file
    ordered = sorted(ordered, key=lambda one: str(one.record["rule"]))
    anew = _parsed(f"{world}/{feature}", world, "\n".join(_written(feature, ordered)) + "\n", ids)
    return FeatureInWorld(*anew, anew[3]), ordered


def _parsed(
    uri: str, world: str, text: str, ids: IdGenerator
) -> tuple[str, str, dict[str, Any], list[dict[str, Any]]]:
    document: Any = {**Parser(AstBuilder(ids)).parse(text), "uri": uri}
    feature = document["feature"]
    tag = {"id": ids.get_next_id(), "location": feature["location"], "name": f"@world-{world}"}
    feature["tags"].append(tag)
    pickles: Any = Compiler(ids).compile(document)
    return uri, text, document, pickles


def _matched(
    found: tuple[str, str, dict[str, Any], list[dict[str, Any]]], records: Sequence[Timed], ids: IdGenerator
) -> list[dict[str, Any]] | None:
    """Return the pickle of each record, a copy for a scenario that was run once more; ``None`` when one has none."""
    _, _, document, pickles = found
    places = _places(document)
    known: dict[Any, list[Any]] = defaultdict(list)
    for pickle in pickles:
        rule, name = places[pickle["astNodeIds"][0]]
        row = places.get(pickle["astNodeIds"][1], ()) if len(pickle["astNodeIds"]) > 1 else ()
        known[rule, name, row].append(pickle)
    used: dict[Any, int] = defaultdict(int)
    matched = []
    for one in records:
        key = (one.record["rule"], one.record["name"], tuple(one.record["row"]))
        candidates = known[key]
        if not candidates or not _has_steps(candidates[0], one):
            return None
        if used[key] == len(candidates):
            candidates.append(_copy(candidates[-1], ids))
            pickles.append(candidates[-1])
        matched.append(candidates[used[key]])
        used[key] += 1
    return matched


def _places(document: dict[str, Any]) -> dict[str, Any]:
    """Return the Rule and name of each scenario, and the cells of each row, by their ids."""
    places: dict[str, Any] = {}
    for rule, scenario in _scenarios(document["feature"]["children"], ""):
        places[scenario["id"]] = (rule, scenario["name"])
        for examples in scenario["examples"]:
            for row in examples["tableBody"]:
                places[row["id"]] = tuple(cell["value"] for cell in row["cells"])
    return places


def _scenarios(children: Iterable[Any], rule: str) -> Iterator[tuple[str, Any]]:
    for child in children:
        if "scenario" in child:
            yield rule, child["scenario"]
        elif "rule" in child:
            yield from _scenarios(child["rule"]["children"], child["rule"]["name"])


def _has_steps(pickle: dict[str, Any], one: Timed) -> bool:
    return [step["text"] for step in pickle["steps"]] == [step["text"] for step in one.record["steps"]]


def _copy(pickle: dict[str, Any], ids: IdGenerator) -> dict[str, Any]:
    copied = deepcopy(pickle)
    for node in (copied, *copied["steps"]):
        node["id"] = ids.get_next_id()
    return copied


def _written(feature: str, records: Sequence[Timed]) -> Iterator[str]:
    yield from (f"Feature: {feature}", f"  {WRITTEN_ANEW}")
    rule = ""
    for one in records:
        if one.record["rule"] != rule:
            rule = one.record["rule"]
            yield f"  Rule: {rule}"
        if one.record["tags"]:
            yield "    " + " ".join(f"@{tag}" for tag in one.record["tags"])
        yield f"    Scenario: {one.title}"
        for step in one.record["steps"]:
            keyword = step["keyword"].strip()
            yield f"      {keyword if keyword in KEYWORDS else '*'} {step['text']}"
