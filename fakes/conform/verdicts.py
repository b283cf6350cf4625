"""Exchanges held against a document: findings, and a verdict for every operation."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fakes.conform.document import Answer, Document, Json, Operation, normal
from fakes.conform.exchanges import Driver, Exchange
from fakes.conform.rules import Finding, Rule
from fakes.conform.schema import Schemas

Word = Literal["conforms", "deviates on purpose", "deviates", "not driven"]
_FIRST_ERROR = 400
_CREATED = 201


@dataclass(frozen=True)
class Explained:
    """A finding and the rule that says why it is meant, or None."""

    finding: Finding
    rule: Rule | None


@dataclass(frozen=True)
class Verdict:
    """What became of one operation: ``statuses`` that it was seen to answer, ``clean`` of its exchanges without finding."""

    operation: str
    word: Word
    statuses: tuple[int, ...]
    exchanges: int
    clean: int
    findings: tuple[Explained, ...]


def judge(document: Document, driver: Driver, rules: Sequence[Rule]) -> list[Verdict]:
    """Return a verdict on every operation of ``document`` that the driver's fake serves or calls."""
    routes = {normal(route) for route in (*driver.routes(), *driver.calls)}
    schemas = Schemas(document)
    by_key: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in driver.exchanges:
        by_key[exchange.key].append(exchange)
    return [
        _verdict(operation, by_key[operation.key], schemas, rules)
        for operation in document.operations
        if operation.key in routes
    ]


def _verdict(
    operation: Operation, exchanges: Sequence[Exchange], schemas: Schemas, rules: Sequence[Rule]
) -> Verdict:
    by_exchange = [list(_findings(operation, exchange, schemas)) for exchange in exchanges]
    found = [one for several in by_exchange for one in several] + list(_missing(operation, exchanges))
    explained = tuple(
        Explained(one, next((rule for rule in rules if rule.explains(one)), None)) for one in found
    )
    return Verdict(
        operation.name,
        _word(exchanges, explained),
        tuple(sorted({one.status for one in exchanges})),
        len(exchanges),
        by_exchange.count([]),
        explained,
    )


def _word(exchanges: Sequence[Exchange], explained: Sequence[Explained]) -> Word:
    if not exchanges:
        return "not driven"
    if any(one.rule is None for one in explained):
        return "deviates"
    return "deviates on purpose" if explained else "conforms"


def _missing(operation: Operation, exchanges: Sequence[Exchange]) -> Iterator[Finding]:
    """Yield what the document says an operation answers and no exchange has shown; at least one error is asked for."""
    if not exchanges:
        return
    seen = {one.status for one in exchanges}
    for status in operation.answers:
        if status.isdigit() and int(status) not in seen:
            yield Finding(
                operation.name, "", int(status), "never answered", "", status, "documented, never seen"
            )
    if not any(status >= _FIRST_ERROR for status in seen) and any(one.headers for one in exchanges):
        yield Finding(operation.name, "", 0, "no error", "", "", "no exchange was answered by an error")


def _findings(operation: Operation, exchange: Exchange, schemas: Schemas) -> Iterator[Finding]:
    def found(kind: str, place: str, value: str, text: str) -> Finding:
        return Finding(operation.name, exchange.purpose, exchange.status, kind, place, value, text)

    if exchange.status != exchange.expected:
        said = exchange.body.decode("utf-8", "replace")[:200]
        yield found("expected", "", str(exchange.status), f"expected {exchange.expected}: {said}")
    if exchange.status < _FIRST_ERROR:
        for kind, place, value, text in _of_request(operation, exchange, schemas):
            yield found(f"request {kind}", place, value, text)
    answer = operation.answer(exchange.status)
    if answer is None:
        yield found("status", "", str(exchange.status), "the document has no such status here")
        return
    for name in _headers_due(answer, exchange):
        if not exchange.headers.get(name):
            yield found("header", name, "", "documented and not sent")
    for kind, place, value, text in _of_body(answer, exchange, schemas):
        yield found(kind, place, value, text)


def _headers_due(answer: Answer, exchange: Exchange) -> set[str]:
    """Return the headers that an answer needs: those documented, and ``Location`` of what was created unseen."""
    unseen = exchange.status == _CREATED and not answer.content
    return {*answer.headers, *(["Location"] if unseen else [])}


Flaw = tuple[str, str, str, str]


def _of_request(operation: Operation, exchange: Exchange, schemas: Schemas) -> Iterator[Flaw]:
    for name in exchange.query:
        if name not in operation.parameters:
            yield "query", name, "", "the document has no such parameter"
    for name, required in operation.parameters.items():
        if required and name not in exchange.query:
            yield "query", name, "", "required and not sent"
    if exchange.sent is not None:
        for pointer in list(operation.request.values())[:1]:
            for fault in schemas.faults(exchange.sent, pointer, sent=True):
                yield fault.kind, fault.place, fault.value, fault.text


def _of_body(answer: Answer, exchange: Exchange, schemas: Schemas) -> Iterator[Flaw]:
    """Yield what is wrong with media type and body of an answer."""
    media_type = exchange.headers.get("content-type", "").partition(";")[0].strip()
    if not answer.content:
        if exchange.body:
            yield "body", "", _first(exchange.body), "a body where none is documented"
        return
    if media_type not in answer.content:
        yield "media type", "", media_type, f"documented is {', '.join(answer.content)}"
        return
    try:
        bodies = list(_parsed(exchange.body, media_type))
    except ValueError as error:
        yield "body", "", _first(exchange.body), f"no JSON: {error}"
        return
    for body in bodies:
        pointer = schemas.alternative(answer.content[media_type], exchange.named)
        for fault in schemas.faults(body, pointer):
            yield fault.kind, fault.place, fault.value, fault.text


def _parsed(body: bytes, media_type: str) -> Iterator[Json]:
    """Yield the JSON values of a body: one, or one a line; none of a media type that is no JSON, such as a recording.

    Lines of the type ``x-ndjson`` are one array: so the only document that has it describes its files.
    """
    if "json" not in media_type:
        return
    if media_type.endswith("ndjson"):
        yield [json.loads(line) for line in body.decode().splitlines()]
    elif media_type.endswith("jsonlines"):
        yield from (json.loads(line) for line in body.decode().splitlines())
    else:
        yield json.loads(body)


def _first(body: bytes) -> str:
    return body[:80].decode("utf-8", "replace")
