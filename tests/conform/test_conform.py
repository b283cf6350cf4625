"""The command that holds the fakes against the vendors' documents, on documents made up here."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.conform import accepted_deviations, command, gladly
from fakes.conform import klaviyo as klaviyo_script
from fakes.conform.document import Document
from fakes.conform.exchanges import Driver, Exchange
from fakes.conform.report import Report, reported
from fakes.conform.rules import Finding, Rule, rows
from fakes.conform.verdicts import judge
from fakes.gladly.rules.events.types import PING, RAISED, RAISED_OF_EXPORTS
from tests.conform.conforming import (
    ACCOUNTS,
    ANYTHING,
    LINKS,
    MEDIA_TYPE,
    ONE_ACCOUNT,
    Json,
    answers,
    document,
    klaviyo,
    run,
)

RULES = (*accepted_deviations.KLAVIYO, *accepted_deviations.GLADLY)


@pytest.fixture(scope="module", name="driven")
def _driven() -> Driver:
    """What the script for Klaviyo has driven, once for all tests here."""
    return klaviyo_script.driven()


@pytest.fixture(autouse=True)
def _drive_once(driven: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command judge what was driven already: only the document differs from test to test."""
    monkeypatch.setitem(command.VENDORS, "Klaviyo", (lambda: driven, accepted_deviations.KLAVIYO))


def _with_links(links: Json) -> Json:
    return {"type": "object", "required": ["data"], "properties": {"data": {}, "links": links}}


def test_conforms(tmp_path: Path) -> None:
    """A fake that answers as documented conforms, exit code 0, and the table says so."""
    result = klaviyo(tmp_path, {ACCOUNTS: {"get": answers()}})

    assert (result.code, result.unexplained) == (0, [])
    assert result.verdicts == {"GET /api/accounts": "conforms"}
    assert "1 conforms, 0 deviates on purpose, 0 deviates, 0 not driven, 0 not supported" in result.out


def test_on_purpose(tmp_path: Path) -> None:
    """A deviation that a row of the ledger names is on purpose, and the row is cited."""
    links = LINKS | {"properties": LINKS["properties"] | {"prev": {"type": "string"}}}

    result = klaviyo(tmp_path, {ACCOUNTS: {"get": answers(_with_links(links))}})

    assert (result.code, result.unexplained) == (0, [])
    assert result.verdicts == {"GET /api/accounts": "deviates on purpose"}
    assert "sends null for the `next` and `prev` page where there is none" in result.out


@pytest.mark.parametrize(
    ("operation", "kind", "place"),
    [
        (answers({"type": "object", "required": ["mood"]}), "required", ""),
        (answers({"type": "object", "properties": {"data": {"type": "string"}}}), "type", "data"),
        (answers({"type": "object", "properties": {"links": {}}}), "undocumented", "data"),
        (answers(media_type="application/json"), "media type", ""),
        (answers(others={"202": {"description": ""}}), "never answered", ""),
        ({"responses": {"200": answers()["responses"]["200"]}}, "status", ""),
        ({"responses": {"200": {"description": ""}, "4XX": {"description": ""}}}, "body", ""),
        (
            {
                "responses": answers()["responses"]
                | {"200": answers()["responses"]["200"] | {"headers": {"X-Mood": {}}}}
            },
            "header",
            "X-Mood",
        ),
        (
            answers() | {"parameters": [{"in": "query", "name": "mood", "required": True}]},
            "request query",
            "mood",
        ),
    ],
)
def test_deviates(tmp_path: Path, operation: Json, kind: str, place: str) -> None:
    """What is not documented so, and named nowhere, is found with its kind and place; exit code 1."""
    result = klaviyo(tmp_path, {ACCOUNTS: {"get": operation}})

    assert result.code == 1
    assert result.verdicts == {"GET /api/accounts": "deviates"}
    assert ("GET /api/accounts", kind, place) in result.unexplained
    assert "Deviates, unexplained" in result.out


def test_request_bodies_are_checked(tmp_path: Path) -> None:
    """A body that is accepted and that the document does not have is a deviation; one that is refused is none."""
    ask = {"type": "object", "required": ["mood"], "properties": {"data": {}, "mood": {}}}
    body = {"content": {MEDIA_TYPE: {"schema": ask}}}
    operation = {"requestBody": body, "responses": {"202": {}, "4XX": answers()["responses"]["4XX"]}}

    result = klaviyo(tmp_path, {"/api/events": {"post": operation}})

    assert set(result.unexplained) == {("POST /api/events", "request required", "")}
    assert len(result.unexplained) == 2


def test_unsupported(tmp_path: Path) -> None:
    """Operations that the fake answers 501 are listed and no fault; those it serves beyond the document are listed too."""
    result = klaviyo(tmp_path, {ACCOUNTS: {"get": answers()}, "/api/moods/{id}": {"get": answers()}})

    assert result.code == 0
    assert result.data[0]["unsupported"] == ["GET /api/moods/{id}"]
    assert "GET /api/api-keys" in result.data[0]["undocumented"]
    assert "POST /api/events" in result.data[0]["undocumented"]
    assert "HEAD /api/accounts" not in result.data[0]["undocumented"]


def test_lost(tmp_path: Path) -> None:
    """An operation that is neither served nor answered 501 fails the run."""
    result = klaviyo(tmp_path, {ACCOUNTS: {"get": answers()}, "/_fake/clock": {"get": answers()}})

    assert result.code == 1
    assert result.data[0]["lost"] == ["GET /_fake/clock"]


def _judged(driven: Driver, exchanges: list[Exchange]) -> Report:
    """Hold other exchanges of the same fake against a document with two operations."""
    driver = Driver(driven.app, driven.base_url, driven.control_token, exchanges=exchanges)
    paths = {ACCOUNTS: {"get": answers()}, ONE_ACCOUNT: {"get": answers()}}
    return reported("Klaviyo", Document("", "", document(paths)), driver, ())


def test_not_driven(driven: Driver) -> None:
    """An operation that is served and that no exchange drives fails the run."""
    report = _judged(driven, [one for one in driven.exchanges if one.operation != f"GET {ACCOUNTS}"])

    assert [(one.operation, one.word) for one in report.verdicts] == [
        (f"GET {ACCOUNTS}", "not driven"),
        (f"GET {ONE_ACCOUNT}", "conforms"),
    ]
    assert report.failed


def test_gone(driven: Driver) -> None:
    """A call that the script drives and the fake does not serve fails the run, however well it is answered 501."""
    report = _judged(driven, [replace(driven.exchanges[0], operation="GET /api/moods"), *driven.exchanges])

    assert report.gone == ("GET /api/moods",)
    assert report.failed


def test_an_error_must_be_driven(driven: Driver) -> None:
    """An operation of which only good answers were seen deviates."""
    report = _judged(driven, [one for one in driven.exchanges if one.status == 200])

    assert [one.finding.kind for one in report.verdicts[0].findings] == ["no error"]
    assert report.failed


def test_what_the_script_did_not_wait_for(driven: Driver) -> None:
    """An answer with another status than the script waited for is a deviation, documented or not."""
    report = _judged(driven, [replace(driven.exchanges[0], expected=202), *driven.exchanges])

    assert [one.finding.kind for one in report.verdicts[0].findings] == ["expected"]
    assert report.failed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "is no OpenAPI 3.0 document"),
        (json.dumps({"swagger": "2.0", "paths": {}}), "is no OpenAPI 3.0 document"),
        (json.dumps({"openapi": "3.0.0", "info": {}}), "has no paths"),
        (json.dumps(document({ACCOUNTS: {"get": {}}})), "is broken"),
        (json.dumps(document({"/api/v1/agents": {"get": answers()}})), "give Klaviyo's own document"),
        (json.dumps(document({ACCOUNTS: {"get": answers({"$ref": "#/nowhere"})}})), "broken reference"),
    ],
)
def test_bad_documents(tmp_path: Path, text: str, said: str) -> None:
    """A file that is no whole OpenAPI document of that vendor is exit code 2, with what to do."""
    path = tmp_path / "klaviyo.json"
    path.write_text(text)

    result = run("--klaviyo", path)

    assert result.code == 2
    assert said in result.out
    assert "give" in result.out


def test_no_such_file(tmp_path: Path) -> None:
    """A missing document, a report that cannot be written and no document at all are exit code 2."""
    path = tmp_path / "klaviyo.json"
    missing = run("--klaviyo", path)
    path.write_text(json.dumps(document({ACCOUNTS: {"get": answers()}})))
    unwritable = run("--klaviyo", path, "--json", tmp_path / "none" / "report.json")

    assert (missing.code, unwritable.code, run().code) == (2, 2, 2)
    assert "cannot read" in missing.out
    assert "cannot write" in unwritable.out
    assert "give --klaviyo PATH, --gladly PATH or both" in run().out


def test_gladly(tmp_path: Path) -> None:
    """The Gladly fake is held against its document, the webhooks that it sends too."""
    event = {"type": "object", "required": ["mood"]}
    webhook = {
        "requestBody": {"content": {"application/json": {"schema": event}}},
        "responses": {"200": {}},
    }
    agents = {"get": answers({"type": "array", "items": ANYTHING}, media_type="application/json")}
    path = tmp_path / "gladly.json"
    path.write_text(json.dumps(document({"/gladly/webhook": {"post": webhook}, "/api/v1/agents": agents})))

    result = run("--gladly", path, data=tmp_path / "report.json")

    assert result.verdicts["POST /gladly/webhook"] == "deviates"
    assert {one[1] for one in result.unexplained if one[0] == "POST /gladly/webhook"} == {"request required"}
    assert {one[1] for one in result.unexplained if one[0] == "GET /api/v1/agents"} == {"media type"}


def test_files_are_judged_by_their_names(tmp_path: Path) -> None:
    """Of the files that an export has, each is held against the alternative with its name, all of its lines at once."""
    nobody = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    nameless = {"type": "object", "required": ["mood"], "properties": {"id": {}, "name": {}, "disabled": {}}}
    kinds = {"topics.jsonl": nameless, "agents.jsonl": nobody, "customers.jsonl": ANYTHING}
    files = {"oneOf": [{"title": name, "type": "array", "items": one} for name, one in kinds.items()]}
    file = {"get": answers(files, media_type="application/x-ndjson")}
    path = tmp_path / "gladly.json"
    path.write_text(json.dumps(document({"/api/v1/export/jobs/{jobId}/files/{filename}": file})))

    (verdict,) = judge(Document.load(path), gladly.driven(), ())
    found = {
        (one.finding.purpose, one.finding.kind, one.finding.place)
        for one in verdict.findings
        if one.finding.status == 200
    }

    assert {one for one in found if one[0] == "topics.jsonl"} >= {("topics.jsonl", "required", "[]")}
    assert {one[1:] for one in found if one[0] == "agents.jsonl"} == {
        ("undocumented", "[].name"),
        ("undocumented", "[].emailAddress"),
    }
    assert "oneOf" in {one[1] for one in found if one[0] == "conversation_items.jsonl"}
    assert not [one for one in found if one[0] == "customers.jsonl"]


def test_every_event_is_sent() -> None:
    """The script for Gladly has every type of event sent that the fake raises, and PING."""
    sent = {one.purpose for one in gladly.driven().exchanges if one.operation == gladly.WEBHOOK}

    assert sent == {*RAISED, *RAISED_OF_EXPORTS, PING}


@pytest.mark.parametrize("script", [klaviyo_script, gladly])
def test_runs_are_repeatable(script: Any) -> None:
    """Two runs of a script are the same exchanges, byte for byte."""
    first, second = (
        [(one.operation, one.status, one.sent, one.body) for one in script.driven().exchanges]
        for _ in range(2)
    )
    assert first == second


def test_rules_cite_rows() -> None:
    """Every rule cites a row of its vendor's section, and none is a blanket over places."""
    assert [rule.row for rule in RULES if rule.row not in rows(rule.vendor)] == []
    assert [rule.row for rule in RULES if ".*" in {rule.kind, rule.place}] == []


@pytest.mark.parametrize("vendor", ["Klaviyo", "Gladly"])
def test_head_of_a_table_is_no_row(vendor: str) -> None:
    """No rule can rest on the names of the columns, nor on the dashes below them."""
    assert rows(vendor)
    assert rows(vendor).isdisjoint({"the fake does", "---"})


def test_a_rule_without_a_row_explains_nothing() -> None:
    """A deviation that is not named to users stays unexplained."""
    finding = Finding("GET /x", "", 200, "type", "data", "null", "")
    row = min(rows("Klaviyo"))

    assert Rule("Klaviyo", row, "type", "data").explains(finding)
    assert not Rule("Klaviyo", "does something that no row says", "type", "data").explains(finding)
    assert not Rule("Gladly", row, "type", "data").explains(finding)


@pytest.mark.parametrize(
    "change", [{"kind": "oneOf"}, {"place": "dat"}, {"value": "1"}, {"operation": "GET"}, {"status": "20"}]
)
def test_a_rule_must_fit_whole(change: dict[str, str]) -> None:
    """A rule explains only what all of its parts match from end to end."""
    finding = Finding("GET /x", "", 200, "type", "data", "null", "")
    fitting = {"kind": "type", "place": "data", "value": "null", "operation": "GET /x", "status": "200"}
    row = min(rows("Klaviyo"))

    assert Rule("Klaviyo", row, **fitting).explains(finding)
    assert not Rule("Klaviyo", row, **fitting | change).explains(finding)
