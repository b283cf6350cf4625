"""Whose addresses an event goes to, and what is made of Gladly's answers."""

from typing import Any

import httpx
import pytest

from tests.integration.bench import EMAIL, ENV, Bench, event

DOUBLES = {
    "case": (["Ann@shop.test", "ann@SHOP.test"], ["Ann@shop.test"]),
    "blanks": (["  ann@shop.test", "ann@shop.test\t"], ["ann@shop.test"]),
    "both": ([" ANN@shop.test", "bo@shop.test", "ann@shop.test "], ["ANN@shop.test", "bo@shop.test"]),
    "empty": (["", "   ", "ann@shop.test"], ["ann@shop.test"]),
    "plus": (["ann@shop.test", "ann+1@shop.test"], ["ann@shop.test", "ann+1@shop.test"]),
    "none": ([], []),
}
USELESS: dict[str, httpx.Response | type[Exception]] = {
    "401": httpx.Response(401),
    "403": httpx.Response(403),
    "429": httpx.Response(429),
    "500": httpx.Response(500),
    "no JSON": httpx.Response(200, text="<html>"),
    "a list": httpx.Response(200, json=[]),
    "null as addresses": httpx.Response(200, json={"emails": None}),
    "texts as addresses": httpx.Response(200, json={"emails": [EMAIL]}),
    "no original": httpx.Response(200, json={"emails": [{"normalized": EMAIL}]}),
    "null as original": httpx.Response(200, json={"emails": [{"original": None}]}),
    "silence": httpx.ReadTimeout,
    "nobody there": httpx.ConnectError,
}


@pytest.mark.parametrize(("written", "reached"), DOUBLES.values(), ids=DOUBLES.keys())
def test_each_address_once(bench: Bench, written: list[str], reached: list[str]) -> None:
    """Addresses that differ in case or outer blanks only get one event, in the first spelling; no address, no event."""
    bench.has_emails(*written)
    assert bench.hear(event()) is None
    assert sorted(bench.sent_to()) == sorted(reached)


@pytest.mark.parametrize("profile", [{}, {"id": "customer-one"}])
def test_profile_without_addresses(bench: Bench, profile: dict[str, Any]) -> None:
    """A profile without the field is one without an address: nothing is owed."""
    bench.profile.respond(json=profile)
    assert bench.hear(event()) is None
    assert bench.sent() == []


def test_deleted_customer(bench: Bench) -> None:
    """A customer who is gone has no addresses, and is not asked for again."""
    bench.profile.respond(404)
    assert bench.hear(event()) is None
    bench.now += 100
    bench.service.work()
    assert len(bench.profile.calls) == 1


def test_merged_customer(bench: Bench) -> None:
    """A 301 of a merged customer is followed to the one that is left."""
    bench.profile.respond(301, headers={"Location": "/api/v1/customer-profiles/other"})
    other = bench.router.get(f"{ENV['GLADLY_BASE_URL']}/api/v1/customer-profiles/other")
    other.respond(json={"emails": [{"original": "other@shop.test"}]})
    bench.hear(event())
    assert bench.sent_to() == ["other@shop.test"]


@pytest.mark.parametrize("answer", USELESS.values(), ids=USELESS.keys())
def test_useless_answer_is_asked_for_again(bench: Bench, answer: httpx.Response | type[Exception]) -> None:
    """When Gladly cannot say or says nonsense, it is asked again later, and the event goes out then, once."""
    bench.profile.mock(side_effect=[answer])
    due = bench.hear(event())
    assert (due, bench.sent()) == (bench.now + 0.5, [])
    bench.profile.mock(side_effect=None)
    bench.has_emails(EMAIL)
    bench.now += 0.5
    bench.service.work()
    assert bench.sent_to() == [EMAIL]
