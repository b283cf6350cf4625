"""Every call of both fakes, with one parameter or one field more than it reads."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from fakes.conform import gladly, klaviyo
from fakes.conform.exchanges import Driver
from fakes.core.journal import Journal
from fakes.klaviyo.api.doors import DOOR_ROUTES

NAME = "colour_of_the_box"
BEHIND_SUCCESS = 300
ELSEWHERE = ("/api/api-keys", "/api/track", "/api/identify", "/api/v1/metrics", "/api/v1/{", "/api/v2/")
SCRIPTS: dict[str, Callable[[], Driver]] = {"Klaviyo": klaviyo.driven, "Gladly": gladly.driven}


def _more_in_the_query(body: Any, query: Mapping[str, Any] | None) -> tuple[Any, Mapping[str, Any] | None]:
    return body, {**(query or {}), NAME: "red"}


def _more_in_the_body(body: Any, query: Mapping[str, Any] | None) -> tuple[Any, Mapping[str, Any] | None]:
    return (body | {NAME: "red"} if isinstance(body, dict) else body), query


def _is_met_elsewhere(route: str) -> bool:
    """Say whether the scripts never see ``route`` succeed: HEAD is GET, behind doors is nothing, and tests have the rest."""
    method, _, path = route.partition(" ")
    bodiless = path.endswith("/redact")
    door = path in DOOR_ROUTES and (method != "GET" or path.endswith("}"))
    return method == "HEAD" or bodiless or door or path.startswith(ELSEWHERE)


@pytest.mark.parametrize(("add", "noted"), [(_more_in_the_query, f"?{NAME}"), (_more_in_the_body, NAME)])
@pytest.mark.parametrize("vendor", SCRIPTS)
def test_every_call_refuses_or_notes_what_it_does_not_read(
    vendor: str, add: Callable[..., Any], noted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that succeeds is refused with an unknown name, and says the name, or has it in its journal's entry."""
    write, send = Journal.write, Driver._send  # noqa: SLF001 - what all that is driven goes through
    entries: list[dict[str, Any]] = []
    met: dict[str, set[str]] = {"noted": set(), "refused": set()}

    def writing(journal: Journal, kind: Any, what: str, **details: Any) -> None:
        if kind == "request":
            entries.append(details)
        write(journal, kind, what, **details)

    def sending(drive: Driver, operation: str, body: Any, query: Any, *more: Any) -> httpx.Response:
        asked = add(body, query)
        if " /_fake/" in operation or asked == (body, query):
            return send(drive, operation, body, query, *more)
        answer = send(drive, operation, *asked, *more)
        if entries and entries[-1]["fault"]:  # which is used up now
            return answer
        if answer.status_code < BEHIND_SUCCESS:
            assert entries[-1]["ignored"] == [noted], operation
            met["noted"].add(operation)
            return answer
        plain = send(drive, operation, body, query, *more)
        if plain.status_code < BEHIND_SUCCESS:
            assert NAME in answer.text, operation
            met["refused"].add(operation)
        return plain

    monkeypatch.setattr(Journal, "write", writing)
    monkeypatch.setattr(Driver, "_send", sending)
    drive = SCRIPTS[vendor]()

    served = {
        each.operation
        for each in drive.exchanges
        if each.status < BEHIND_SUCCESS
        and each.operation not in drive.calls
        and (noted != NAME or isinstance(each.sent, dict))
    }
    assert served >= {
        route
        for route in drive.routes()
        if (noted != NAME or route.startswith(("POST ", "PATCH ", "PUT "))) and not _is_met_elsewhere(route)
    }
    assert met["noted"] | met["refused"] == served


@pytest.mark.parametrize("vendor", SCRIPTS)
def test_nothing_that_is_documented_is_passed_over(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts send what the documents have, and the fakes read all of it."""
    write = Journal.write
    ignored: list[str] = []

    def writing(journal: Journal, kind: Any, what: str, **details: Any) -> None:
        if kind == "ignored":
            ignored.append(what)
        write(journal, kind, what, **details)

    monkeypatch.setattr(Journal, "write", writing)
    SCRIPTS[vendor]()

    assert ignored == []
