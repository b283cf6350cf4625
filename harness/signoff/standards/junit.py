"""``junit.xml``: a suite for each world and feature, valid by the schema that Jenkins reads (junit-10.xsd).

That schema knows no properties of a test case: the Rule is its ``group``, and its output names Rule, clauses and steps.
What XML cannot hold, such as the control characters of a terminal, is written as its number, ``x1b`` behind a backslash.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from xml.etree import ElementTree as ET

from harness.signoff.pack.pack import Pack
from harness.signoff.standards.records import (
    KINDS,
    Timed,
    began,
    by_suite,
    speaks_against_it,
)

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 cannot hold, escaped or not."""
INVENTORY = "inventory"
"""The suite of what speaks against the run besides scenarios."""
MARKS = {"passed": "ok  ", "failed": "FAIL", "not run": "    "}


def render(pack: Pack, today: date, content: str = "") -> str:  # noqa: ARG001 - what was run does not age
    """Return the pack as JUnit XML. ``content`` is the digest of what is signed, where it is known."""
    root = ET.Element("testsuites", name=_legal(f"sign-off: {pack.results['integration']}"))
    for world, feature, found in by_suite(pack):
        suite = _suite(root, f"{world}: {feature}", found, began(pack).strftime("%Y-%m-%dT%H:%M:%S"))
        _properties(
            suite,
            {
                "world": world,
                "system": pack.results["systems"][world],
                "feature": feature,
                "integration": pack.results["integration"],
                "content": content,
            },
        )
        for one in found:
            _case(suite, one, f"{world}.{feature.removesuffix('.feature').replace('/', '.')}")
    against = speaks_against_it(pack)
    if against:
        _inventory(root, against)
    counts = pack.results["counts"]
    root.set("tests", str(len(pack.results["scenarios"]) + len(against)))
    root.set("failures", str(counts["failed"] + len(against)))
    root.set("errors", "0")
    root.set("time", _seconds(pack.times.get("seconds", 0.0)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, name: str, found: Sequence[Timed], when: str) -> ET.Element:
    outcomes = [one.record["outcome"] for one in found]
    return ET.SubElement(
        root,
        "testsuite",
        name=_legal(name),
        tests=str(len(found)),
        failures=str(outcomes.count("failed")),
        errors="0",
        skipped=str(outcomes.count("not run")),
        time=_seconds(sum(one.seconds for one in found)),
        timestamp=when,
    )


def _properties(suite: ET.Element, values: dict[str, str]) -> None:
    properties = ET.SubElement(suite, "properties")
    for name, value in values.items():
        if value:
            ET.SubElement(properties, "property", name=name, value=_legal(value))


def _case(suite: ET.Element, one: Timed, classname: str) -> None:
    record = one.record
    case = ET.SubElement(
        suite,
        "testcase",
        name=_legal(one.title),
        classname=_legal(classname),
        time=_seconds(one.seconds),
    )
    if record["rule"]:
        case.set("group", _legal(record["rule"]))
    if record["outcome"] == "failed":
        failure = ET.SubElement(
            case, "failure", type=record["kind"] or "failed", message=_legal(one.first_line)
        )
        failure.text = _legal(record["reason"])
    elif record["outcome"] == "not run":
        said = f"{KINDS[record['kind']]}: {record['reason']}"
        ET.SubElement(case, "skipped", type=record["kind"] or "not run", message=_legal(said))
    ET.SubElement(case, "system-out").text = _legal("\n".join(_lines(one)))


def _lines(one: Timed) -> Iterable[str]:
    if one.record["rule"]:
        yield f"Rule: {one.record['rule']}"
    yield f"Clauses: {', '.join(one.clauses)}"
    # Steps of what passed stand in the report; here they would be most of the file.
    for step in one.record["steps"] if one.record["outcome"] == "failed" else []:
        yield f"{MARKS[step['outcome']]} {step['keyword'].strip()} {step['text']}"


def _inventory(root: ET.Element, findings: Sequence[str]) -> None:
    suite = _suite(root, INVENTORY, (), "")
    del suite.attrib["timestamp"]
    suite.set("tests", str(len(findings)))
    suite.set("failures", str(len(findings)))
    for finding in findings:
        case = ET.SubElement(suite, "testcase", name=_legal(finding), classname=INVENTORY, time=_seconds(0))
        ET.SubElement(case, "failure", type="finding", message=_legal(finding))


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _legal(text: str) -> str:
    return NO_XML.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
