"""What one does in the control room: tenants, the clock, the reset, faults, switches, journals, deliveries."""

import re
from datetime import timedelta

import pytest

from fakes.core.faults import Fault
from tests.core.pages.conftest import START, Browser
from tests.core.pages.toy_site import ADA, BEA, Shop, ShopFake

CONTROL_PAGES = "/_fake/room"


def home(shop: Shop) -> str:
    """Return the address of the shop's page."""
    return f"{CONTROL_PAGES}/tenants/{shop.id}"


def numbers(text: str) -> list[int]:
    """Return the numbers of the journal entries on a page."""
    return [int(one) for one in re.findall(r"n(\d+)</span>", text)]


def test_tenants_are_listed(insider: Browser, shop: Shop) -> None:
    """Each has its name, id, time of creation, and what is armed."""
    shop.faults.arm(Fault("*", "status"))
    row = re.sub(r"\s+", " ", insider.get("/_fake/").text).partition("<tbody>")[2]
    assert shop.name in row
    assert shop.id in row
    assert "2026-11-26 10:00:00" in row
    assert "Not shown" in row
    assert "<td>1</td>" in row


def test_making_a_tenant(fake: ShopFake, insider: Browser) -> None:
    """A new tenant has the name that was given; what can be shown only once is shown once."""
    answer = insider.submit(f"{CONTROL_PAGES}/tenants", name=" New Shop ")
    [shop] = fake.tenants
    assert (shop.name, answer.headers["location"]) == ("New Shop", home(shop))
    assert ["till-key-0815" in insider.get(home(shop)).text for _ in range(2)] == [True, False]


def test_a_name_that_is_refused(fake: ShopFake, insider: Browser) -> None:
    """The vendor's refusal stands beside the field; nothing is made."""
    answer = insider.submit(f"{CONTROL_PAGES}/tenants", name="Taken")
    assert answer.status_code == 422
    assert '<p class="error" id="name-error">there is such a shop</p>' in answer.text
    assert len(fake.tenants) == 0


def test_people_have_their_passwords(insider: Browser, shop: Shop) -> None:
    """Everybody's address and password stand there, so that one can sign in."""
    text = insider.get(home(shop)).text
    assert all(one.email in text and one.password in text for one in shop.clerks.values())


def test_signing_in_as_somebody(insider: Browser, shop: Shop) -> None:
    """A click signs in to the vendor's pages as that user; an unknown one is a 404."""
    answer = insider.submit(f"{home(shop)}/sign-in", email=BEA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter")
    assert BEA in insider.get("/counter").text
    assert insider.submit(f"{home(shop)}/sign-in", email="nobody@shop.test").status_code == 404


def test_standing_at_the_front_door(insider: Browser, shop: Shop) -> None:
    """A tenant is put on the start page and taken from there."""
    insider.submit(f"{home(shop)}/start-page", shown="on")
    shown = ADA in insider.get("/").text
    insider.submit(f"{home(shop)}/start-page")
    assert (shown, ADA in insider.get("/").text) == (True, False)


def test_removing_a_tenant(fake: ShopFake, insider: Browser, shop: Shop) -> None:
    """Without the tick nothing is removed; with it the tenant is gone and the others stay."""
    other = fake.create("Other")
    refused = insider.submit(f"{home(shop)}/remove")
    assert (refused.status_code, len(fake.tenants)) == (422, 2)
    assert "Tick the box" in refused.text
    assert insider.submit(f"{home(shop)}/remove", sure="on").headers["location"] == "/_fake/"
    assert list(fake.tenants) == [other]


def test_reset_asks_first(fake: ShopFake, insider: Browser, shop: Shop) -> None:
    """Without the tick nothing is reset; with it all tenants are gone, and one stays in the room."""
    refused = insider.submit(f"{CONTROL_PAGES}/reset")
    assert (refused.status_code, list(fake.tenants)) == (422, [shop])
    assert insider.submit(f"{CONTROL_PAGES}/reset", sure="on").status_code == 303
    assert len(fake.tenants) == 0
    assert "All is empty." in insider.get("/_fake/").text


@pytest.mark.parametrize(
    ("amount", "unit", "seconds"),
    [("1", "seconds", 1), ("1.5", "minutes", 90), ("2", "hours", 7200), ("1", "days", 86400)],
)
def test_the_clock_is_moved(fake: ShopFake, insider: Browser, amount: str, unit: str, seconds: float) -> None:
    """The clock moves by the amount in the unit, and the page shows where it is."""
    insider.submit(f"{CONTROL_PAGES}/clock", amount=amount, unit=unit)
    assert fake.runtime.clock.now() == START + timedelta(seconds=seconds)
    assert fake.runtime.clock.now().strftime("%H:%M:%S") in insider.get(f"{CONTROL_PAGES}/clock").text


@pytest.mark.parametrize(
    ("amount", "unit", "field"),
    [
        ("-1", "hours", "amount"),
        ("", "hours", "amount"),
        ("soon", "hours", "amount"),
        ("nan", "days", "amount"),
        ("inf", "days", "amount"),
        ("99999", "days", "amount"),
        ("1", "weeks", "unit"),
        ("1", "", "unit"),
    ],
)
def test_the_clock_refuses(fake: ShopFake, insider: Browser, amount: str, unit: str, field: str) -> None:
    """What the control plane refuses is said beside the field, and the clock stands."""
    answer = insider.submit(f"{CONTROL_PAGES}/clock", amount=amount, unit=unit)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert fake.runtime.clock.now() == START


def test_the_clock_stops_somewhere(insider: Browser) -> None:
    """Where the clock cannot go any further, the page says so instead of failing."""
    for _ in range(1_000):
        answer = insider.submit(f"{CONTROL_PAGES}/clock", amount="3650", unit="days")
        if answer.status_code == 422:
            break
    assert answer.status_code == 422
    assert "the clock stops at" in answer.text


def test_arming_a_fault(insider: Browser, shop: Shop) -> None:
    """A fault is armed with what was filled in, defaults for what was not, and listed; then all are disarmed."""
    fields = {"route": " GET /counter ", "kind": "status", "times": "2", "status": "503", "seconds": ""}
    assert insider.submit(f"{home(shop)}/faults", **fields).status_code == 303
    assert shop.faults.armed() == [Fault("GET /counter", "status", 2, 503, id=1)]
    assert '<th scope="row"><code>GET /counter</code></th>' in insider.get(f"{home(shop)}/faults").text
    insider.submit(f"{home(shop)}/faults/disarm")
    assert shop.faults.armed() == []


def test_arming_a_challenge(insider: Browser, shop: Shop) -> None:
    """A fault without a status has that of its kind, and the list shows which."""
    fields = {"route": "GET /counter", "kind": "edge", "times": "1", "status": "", "seconds": ""}
    assert insider.submit(f"{home(shop)}/faults", **fields).status_code == 303
    assert shop.faults.armed() == [Fault("GET /counter", "edge", 1, 403, id=1)]
    assert "<td>403</td>" in insider.get(f"{home(shop)}/faults").text


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("route", "", "Field required"),
        ("route", "GET /conuter", "nothing here matches the route"),
        ("route", "GET /_fake/clock", "nothing here matches the route"),
        ("kind", "explode", "unknown fault kind"),
        ("kind", "drop", "Toy has no faults of the kind"),
        ("times", "0", "times must be 1 to 1000"),
        ("times", "many", "Input should be a valid integer"),
        ("status", "700", "status must be 200 to 599"),
        ("seconds", "-1", "seconds must be 0 to 3600"),
    ],
)
def test_faults_that_cannot_be(insider: Browser, shop: Shop, field: str, value: str, text: str) -> None:
    """What the control plane refuses is said beside its field, with what was filled in; nothing is armed."""
    fields = {"route": "GET /counter", "kind": "status"} | {field: value}
    answer = insider.submit(f"{home(shop)}/faults", **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error">{text}' in answer.text
    assert shop.faults.armed() == []


def test_switches_are_saved(insider: Browser, shop: Shop) -> None:
    """The page shows the switches as they stand, and saves all of them; a box without a tick is off."""
    before = insider.get(f"{home(shop)}/switches").text
    assert 'value="1.5, 2"' in before
    assert 'name="lights" value="on" checked' in before
    insider.submit(f"{home(shop)}/switches", prices=" 3 , 0.25,")
    assert (shop.lights, shop.prices) == (False, (3.0, 0.25))


def test_a_switch_that_cannot_be(insider: Browser, shop: Shop) -> None:
    """A value that the vendor refuses is said beside the switch, with what was filled in; none is set."""
    answer = insider.submit(f"{home(shop)}/switches", prices="3, cheap")
    assert answer.status_code == 422
    assert 'id="prices-error">Input should be a valid number' in answer.text
    assert 'value="3, cheap"' in answer.text
    assert (shop.lights, shop.prices) == (True, (1.5, 2.0))


def test_the_journal_page_by_page(insider: Browser, shop: Shop) -> None:
    """Fifty entries a page, newest or oldest first; the next page goes on where this one ends, whatever came since."""
    for number in range(120):
        shop.journal.write("event", f"n{number}")
    first = insider.get(f"{home(shop)}/journal").text
    assert numbers(first) == list(range(119, 69, -1))
    shop.journal.write("event", "n120")
    [following] = re.findall(r'href="([^"]+past=[^"]+)"', first)
    assert numbers(insider.get(following).text) == list(range(69, 19, -1))
    assert numbers(insider.get(f"{home(shop)}/journal?order=oldest&past=50").text) == list(range(50, 100))
    assert "past=" not in insider.get(f"{home(shop)}/journal?past=51").text


def test_the_journal_by_kind(insider: Browser, shop: Shop) -> None:
    """Only the kinds that are ticked are shown; a kind that no entry has is a 400."""
    for number, kind in enumerate(("action", "request", "delivery", "event")):
        shop.journal.write(kind, f"n{number}")  # type: ignore[arg-type]  # four of the kinds
    text = insider.get(f"{home(shop)}/journal?kind=event&kind=action&order=oldest").text
    assert numbers(text) == [0, 3]
    assert text.count(" checked>") == 2
    assert insider.get(f"{home(shop)}/journal?kind=gossip").status_code == 400


@pytest.mark.parametrize("past", ["x", "-1", "٣", "9" * 400, "1.5"])
def test_a_page_of_the_journal_that_is_none(insider: Browser, shop: Shop, past: str) -> None:
    """What is no entry's number shows the first page."""
    shop.journal.write("event", "n0")
    assert numbers(insider.get(f"{home(shop)}/journal", params={"past": past}).text) == [0]


def test_details_of_an_entry(insider: Browser, shop: Shop) -> None:
    """Details that say something are laid out, JSON indented, script as text, secrets as fingerprints."""
    secret = shop.clerks[ADA].password
    body = f'{{"a":"<script>","b":"{secret}"}}'
    shop.journal.write("request", "POST /x", status=202, body=body, fault="")
    text = insider.get(f"{home(shop)}/journal").text
    assert "{\n  &#34;a&#34;: &#34;&lt;script&gt;&#34;," in text
    assert "<dt>fault</dt>" not in text
    assert secret not in text


def test_what_a_call_did_not_read(insider: Browser, shop: Shop) -> None:
    """What was passed over stands in a line of its own, and by name in the details of the call."""
    shop.journal.write("request", "POST /x", status=201, body="", fault="", ignored=["?a", "b.c"])
    shop.journal.write("ignored", "not read by the fake: ?a, b.c of POST /x")
    text = insider.get(f"{home(shop)}/journal").text
    assert '<li class="entry kind-ignored">' in text
    assert "not read by the fake: ?a, b.c of POST /x" in text
    assert "<dt>ignored</dt>" in text
    assert "<dt>ignored</dt>" not in insider.get(f"{home(shop)}/journal?kind=ignored").text


def test_the_journal_of_nobody(fake: ShopFake, insider: Browser, shop: Shop) -> None:
    """What belongs to no tenant has a page of its own."""
    fake.journal.write("request", "n7")
    shop.journal.write("request", "n8")
    assert numbers(insider.get(f"{CONTROL_PAGES}/journal").text) == [7]


def test_deliveries(insider: Browser, shop: Shop) -> None:
    """What the vendor sent is listed with its details; without any the page says so."""
    assert "Nothing has been sent yet." in insider.get(f"{home(shop)}/deliveries").text
    shop.notes.append("a note")
    text = insider.get(f"{home(shop)}/deliveries").text
    assert [one in text for one in ("NOTE/LEFT", "http://hook.test", "a note")] == [True] * 3
