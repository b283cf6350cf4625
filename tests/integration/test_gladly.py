"""Whose addresses an event goes to, and what is made of Gladly's answers."""

import json
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
GONE = {"errors": [{"code": "not_exist", "detail": "customer does not exist"}]}
OTHER = f"{ENV['GLADLY_BASE_URL']}/api/v1/customer-profiles/other"
USELESS: dict[str, httpx.Response | type[Exception]] = {
    "401 of nobody": httpx.Response(401),
    "403 of nobody": httpx.Response(403, html="<p>No"),
    "404 of nobody": httpx.Response(404, html="<p>Nothing here"),
    "404 of a proxy": httpx.Response(404, json={"message": "no route"}),
    "400": httpx.Response(400, json=GONE),
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
    bench.profile.respond(404, json=GONE)
    assert bench.hear(event()) is None
    bench.now += 100
    bench.service.work()
    assert len(bench.profile.calls) == 1


def moved(location: str, **meta: str) -> httpx.Response:
    """Return what Gladly answers about a customer who was merged."""
    errors = [{"attr": "customerId", "code": "moved", "meta": meta}] if meta else []
    return httpx.Response(301, headers={"Location": location}, json={"errors": errors})


@pytest.mark.parametrize(
    "answer",
    [
        moved("https://elsewhere.test/other", old="customer-one", new="other"),
        moved("/api/v1/customer-profiles/other"),
        moved(OTHER),
    ],
    ids=["by the new id", "by a path", "by a URL"],
)
def test_merged_customer(bench: Bench, answer: httpx.Response) -> None:
    """A merged customer has the addresses of the one that is left, by Gladly's own words rather than by where it points."""
    bench.profile.mock(return_value=answer)
    bench.router.get(OTHER).respond(json={"emails": [{"original": "other@shop.test"}]})
    bench.hear(event())
    assert bench.sent_to() == ["other@shop.test"]


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.test/api/v1/customer-profiles/other",
        "//elsewhere.test/api/v1/customer-profiles/other",
        f"{ENV['GLADLY_BASE_URL']}.elsewhere.test/other",
        f"{ENV['GLADLY_BASE_URL'].replace('https', 'http')}/api/v1/customer-profiles/other",
        f"{ENV['GLADLY_BASE_URL']}:8443/other",
        f"{ENV['GLADLY_BASE_URL'].replace('//', '//user@')}/other",
        "",
    ],
)
def test_credentials_stay_at_gladly(bench: Bench, target: str) -> None:
    """Whatever a redirect says, nothing is asked of another host, and the customer is asked for again later."""
    bench.profile.mock(return_value=moved(target))
    elsewhere = bench.router.route(host__regex="elsewhere").respond(json={})
    assert bench.hear(event()) == bench.now + 0.5
    assert not elsewhere.calls
    assert {call.request.url.host for call in bench.router.calls} == {"shop.gladly.test"}


def test_merged_in_a_circle(bench: Bench) -> None:
    """Customers who were merged into each other are trouble, not an endless task."""
    bench.profile.mock(return_value=moved("", new="customer-one"))
    assert bench.hear(event()) == bench.now + 0.5


@pytest.mark.parametrize("status", [401, 403])
def test_refused_token_parks_look_ups(bench: Bench, status: int) -> None:
    """With a token that Gladly refuses one look-up a minute is tried, and one after a start, and none is lost."""
    bench.profile.respond(status, json={"errors": [{"code": "unauthorized"}]})
    begun = bench.now
    for number in range(100):
        bench.hear(event(event_id=f"event-{number}"))
        bench.now += 1
    assert len(bench.profile.calls) == 2
    bench.reopen()
    assert bench.service.work() == bench.now + 60 == begun + 160
    assert len(bench.profile.calls) == 3
    bench.has_emails(EMAIL)
    bench.reopen(GLADLY_API_TOKEN="another")
    bench.service.work()
    assert len(bench.sent()) == 100


def test_busy_gladly_is_left_alone(bench: Bench) -> None:
    """When Gladly is asked too often all look-ups pause for a second, and sending goes on."""
    bench.events.respond(500)
    bench.hear(event())
    bench.events.respond(202)
    bench.profile.respond(429)
    bench.now += 1
    assert bench.hear(event(event_id="event-two"), event(event_id="event-three")) == bench.now + 1
    assert len(bench.profile.calls) == 2
    assert [each["unique_id"].split(":")[0] for each in bench.sent()] == ["event-one"] * 2


def test_one_bad_customer_holds_nobody_up(bench: Bench) -> None:
    """While Gladly fails for one customer the others are looked up."""
    bench.router.get(f"{ENV['GLADLY_BASE_URL']}/api/v1/customer-profiles/broken").respond(500)
    bench.hear(event(event_id="first", customer="broken"), event())
    assert bench.sent_to() == [EMAIL]


@pytest.mark.parametrize("email", ["a\x00@shop.test", "a\ud800@shop.test", "a" * 400 + "@shop.test"])
def test_what_can_be_no_address(bench: Bench, email: str) -> None:
    """What no database or mail server could hold is left out, and the other addresses are told."""
    body = json.dumps({"emails": [{"original": email}, {"original": EMAIL}]})
    bench.profile.respond(content=body.encode(), headers={"Content-Type": "application/json"})
    assert bench.hear(event()) is None
    assert bench.sent_to() == [EMAIL]


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
