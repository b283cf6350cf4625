"""My Customers, Add New Customer, and a customer's profile."""

import httpx
import pytest

from fakes.gladly.rules.customers.customers import Profile
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.organization.merging import merge
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.fake import GladlyFake
from tests.gladly.conftest import Begin, Receiver
from tests.gladly.pages.conftest import actions
from tests.gladly.pages.test_apps import errors, form
from tests.klaviyo.pages.browsing import Browser
from tests.klaviyo.pages.dom import Node

CUSTOMERS, NEW = "/customers", "/customers/new"


def add(browser: Browser, status: int = 200, **fields: str) -> Node:
    """Add a customer by the pages."""
    browser.open(CUSTOMERS)
    browser.follow("Add New Customer")
    return browser.send(form(browser.page), fields, status=status)


def listed(page: Node, heading: str) -> list[str]:
    """Return the rows of a list by the id of its heading, empty when it has none."""
    return [row.text for found in page.all("ul", aria_labelledby=heading) for row in found.all("li")]


def card(page: Node, heading: str) -> str:
    """Return the text of a card of the profile."""
    return page.one("section", aria_labelledby=f"{heading}-heading").text


def test_empty_workspace(agent: Browser) -> None:
    """Without customers and conversations both lists say so."""
    page = agent.open(CUSTOMERS)

    assert page.one("h1").text == "My Customers"
    assert page.one("input", type="search").attributes["aria-label"] == "Search customers"
    assert "There is no customer yet." in page.text
    assert "No conversation is yours or waits for somebody." in page.text


def test_adding_a_customer(
    agent: Browser, organization: Organization, receiver: Receiver, app_on: None
) -> None:
    """Name, addresses as they were typed and a phone make a customer; their profile is shown and the event goes out."""
    assert app_on is None
    page = add(
        agent, name=" Zed ", email1="  Zed@Shop.example ", email3="zed@else.example", phone="650 555 0199"
    )
    customer = organization.customers.all()[-1]

    assert agent.path == f"/customers/{customer.id}"
    assert page.one("h1").text == "Zed"
    assert [email.original for email in customer.emails] == ["Zed@Shop.example", "zed@else.example"]
    assert [(one.normalized, one.type) for one in customer.phones] == [("+16505550199", "MOBILE")]
    assert receiver.types == ["CUSTOMER_PROFILE/CREATED"]
    assert receiver.events[0]["initiator"]["type"] == "AGENT"
    assert actions(organization)[-1] == "added a customer"


def test_fields_are_as_the_workspace_names_them(agent: Browser) -> None:
    """There are five addresses that are posted as typed, a phone and its type, Mobile first."""
    page = agent.open(NEW)
    fields = [page.field(f"Email {number}") for number in range(1, 6)]
    options = [one.text for one in page.field("Phone type").all("option")]

    assert {field.attributes["type"] for field in fields} == {"text"}
    assert page.field("Customer Name").attributes["name"] == "name"
    assert page.field("Phone").attributes["name"] == "phone"
    assert (options, page.one("button", "Add Customer").tag) == (
        ["Mobile", "Home", "Office", "Other"],
        "button",
    )


def test_what_is_wrong_with_a_customer_stands_beside_its_field(
    agent: Browser, organization: Organization, customer_id: str
) -> None:
    """A bad address, a bad number, and an address or a mobile number of somebody else are each marked; nothing is added."""
    bad = errors(add(agent, 422, email1="x@y.example", email2="nonsense", phone="12"))
    taken = errors(add(agent, 422, email1="new@y.example", email4="DANA.brook@shop.example"))
    add(agent, phone="650 555 0199")
    mobile = errors(add(agent, 422, phone="(650) 555-0199"))

    assert bad == {"email2": "Invalid email address.", "phone": "Invalid phone number."}
    assert taken == {"email4": "Email address exists."}
    assert mobile == {"phone": "Mobile phone number exists."}
    assert agent.page.field("Phone").attributes["value"] == "(650) 555-0199"
    assert customer_id in {each.id for each in organization.customers.all()}
    assert len(organization.customers.all()) == 2


def test_other_phones_may_be_shared(agent: Browser, organization: Organization) -> None:
    """Two customers may have the same number at home."""
    for _ in range(2):
        add(agent, phone="650 555 0199", phone_type="HOME")

    assert [one.phones[0].type for one in organization.customers.all()] == ["HOME", "HOME"]


def test_type_that_no_phone_has(agent: Browser) -> None:
    """A type of phone that the list has not is refused."""
    assert list(errors(add(agent, 422, phone="650 555 0199", phone_type="FAX"))) == ["phone"]


def test_search(agent: Browser) -> None:
    """The search finds part of a name or an address in any case, keeps what was looked for, and says when there is nobody."""
    add(agent, name="Dana Brook", email1="dana@shop.example")
    add(agent, name="Jo")
    page = agent.send(agent.open(CUSTOMERS).one("form", role="search"), {"search": "BROOK"})
    found = listed(page, "found-heading")
    nobody = agent.send(page.one("form", role="search"), {"search": "nobody at all"})

    assert found == ["Dana Brook dana@shop.example"]
    assert page.one("input", type="search").attributes["value"] == "BROOK"
    assert listed(nobody, "found-heading") == []
    assert "Nobody's name or address has “nobody at all” in it." in nobody.text


def test_customers_without_a_name(agent: Browser) -> None:
    """A customer without a name is listed by an address or a number; the profile asks for the name."""
    page = add(agent, email1="only@shop.example")
    add(agent, phone="650 555 0199")
    add(agent)

    assert page.one("h1").text == "Add Customer Name"
    names = listed(agent.open(CUSTOMERS), "found-heading")
    assert sorted(names) == ["650 555 0199", "Add Customer Name", "only@shop.example only@shop.example"]


def test_queue_has_what_is_mine_and_what_is_new(
    agent: Browser, organization: Organization, fake: GladlyFake, begin: Begin
) -> None:
    """The workspace lists the agent's conversations and those that nobody has, with their status; not another agent's."""
    add(agent, name="Zed", email1="zed@shop.example")
    begin(by_agent=True)
    manager = next(user for user in organization.users if "Team Manager" in user.roles)
    with fake.acting(organization):
        zed, other, third = (
            organization.customers.find_by_email("zed@shop.example")[0],
            *(
                organization.customers.create(_named(name), Initiator.agent(manager.id))
                for name in ("Theirs", "New one")
            ),
        )
        mine = organization.begin_as_agent(zed.id, _agent(organization))
        organization.answer_as_agent(mine.id, _agent(organization))
        organization.begin_as_agent(other.id, manager.id)
        organization.begin_as_customer(third.id)
    rows = listed(agent.open(CUSTOMERS), "queue-heading")

    assert [(row.split(" since ")[0], row.split()[-1]) for row in rows] == [
        ("Dana.Brook@shop.example", "Open"),
        ("Zed", "Waiting"),
        ("New one", "New"),
    ]


def _named(name: str) -> Profile:
    return Profile(name=name)


def _agent(organization: Organization) -> str:
    return next(user.id for user in organization.users if user.roles == {"Agent"})


def test_profile_shows_what_is_known(agent: Browser, api: httpx.Client) -> None:
    """The profile has name, address, contacts with their types, conversations, and details."""
    profile = {
        "id": "c1",
        "name": "Dana Brook",
        "address": "12 Quay St",
        "emails": [{"original": "a@shop.example"}, {"original": "b@shop.example", "primary": True}],
        "phones": [{"original": "650 555 0142", "type": "OFFICE"}, {"original": "650 555 0143"}],
        "customAttributes": {"tier": "gold"},
    }
    api.post("/api/v1/customer-profiles", json=profile)
    page = agent.open("/customers/c1")

    assert page.one("aside", aria_label="Customer profile").text.startswith("Dana Brook 12 Quay St")
    assert card(page, "contact") == (
        "Contact a@shop.example b@shop.example Primary 650 555 0142 Office 650 555 0143 Other"
    )
    assert card(page, "conversations") == "Conversations No conversation yet."
    assert card(page, "details") == "Details Customer since Mar 2, 2026, 9:22 AM tier gold"
    assert page.all("ol") == []


def test_profile_shows_the_latest_conversation(agent: Browser, customer_id: str, begin: Begin) -> None:
    """A customer with a conversation is shown with it; the list of conversations leads to each."""
    conversation = begin()
    page = agent.open(f"/customers/{customer_id}")
    link = page.one("section", aria_labelledby="conversations-heading").one("a")

    assert page.one("output", aria_label="Status").text == "New"
    assert link.attributes["href"] == f"/conversations/{conversation.id}"
    assert len(page.one("ol", aria_label="Timeline").all("li")) == 2


@pytest.mark.parametrize(
    ("profile", "channels"),
    [
        ({"email1": "a@shop.example", "phone": "650 555 0142"}, ["Email", "SMS"]),
        ({"phone": "650 555 0142"}, ["SMS"]),
        ({}, []),
    ],
)
def test_plus_offers_what_reaches_the_customer(
    agent: Browser, profile: dict[str, str], channels: list[str]
) -> None:
    """The plus has a channel for each way to reach the customer, and says so when there is none."""
    page = add(agent, 200, **profile)
    (plus,) = [one for one in page.all("details") if one.all("summary", aria_label="Start a contact")]

    assert [link.text for link in plus.all("a")] == channels
    assert ("no e-mail address and no phone number" in plus.text) is not bool(channels)


def test_merged_customer_leads_on(agent: Browser, organization: Organization, customer_id: str) -> None:
    """The address of a customer who was merged leads to the other one; one who never was is not found."""
    add(agent, name="Zed")
    zed = organization.customers.all()[-1]
    merge(organization, zed.id, customer_id, Initiator.agent(_agent(organization)))
    agent.open(f"/customers/{zed.id}")

    assert agent.path == f"/customers/{customer_id}"
    assert "does not exist" in agent.open("/customers/nobody", status=404).text
