"""The workspace's customers: the list, a new one, and a profile."""

from collections.abc import Sequence

from playwright.sync_api import Locator

from harness.pages.element import element, page_object, sometimes
from harness.pages.tab import Tab


@page_object
class Customers:
    """My Customers."""

    path = "/customers"

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    @element
    def heading(self) -> Locator:
        """The heading of the page."""
        return self.page.get_by_role("heading", name="My Customers")

    @element
    def search(self) -> Locator:
        """The box to search for a customer in."""
        return self.page.get_by_role("searchbox", name="Search customers")

    @element
    def add(self) -> Locator:
        """The way to a new customer."""
        return self.page.get_by_role("link", name="Add New Customer")

    @sometimes
    def reachable(self) -> Locator:
        """The names of customers who have an e-mail address, each the way to a profile."""
        rows = self.page.get_by_role("region", name="Customers").get_by_role("listitem")
        return rows.filter(has_text="@").get_by_role("link")

    @sometimes
    def conversations(self) -> Locator:
        """The conversations that are one's own or wait for somebody, each the way to its timeline."""
        return self.page.get_by_role("region", name="Conversations").get_by_role("link")

    def open(self) -> "Customers":
        """Go to the page. Raises ``Refused`` when the system turns the user away."""
        self.tab.visit(self.path)
        return self


@page_object
class NewCustomer:
    """The form of a new customer."""

    path = "/customers/new"

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``, which shows the form."""
        self.tab, self.page = tab, tab.page

    @element
    def name(self) -> Locator:
        """The customer's name."""
        return self.page.get_by_label("Customer Name")

    @element
    def first_email(self) -> Locator:
        """The first of the e-mail addresses."""
        return self.email(1)

    @element
    def phone(self) -> Locator:
        """The phone number, a mobile one unless something else is chosen."""
        return self.page.get_by_label("Phone", exact=True)

    @element
    def submit(self) -> Locator:
        """The button that adds the customer."""
        return self.page.get_by_role("button", name="Add Customer")

    @sometimes
    def errors(self) -> Locator:
        """What is wrong, beside a field."""
        return self.page.locator("[id$='-error']")

    def open(self) -> "NewCustomer":
        """Go to the form."""
        self.tab.visit(self.path)
        return self

    def email(self, number: int) -> Locator:
        """Return the field of one address, counted from 1."""
        return self.page.get_by_label(f"Email {number}", exact=True).describe(f"NewCustomer.email({number})")

    def add(self, name: str, emails: Sequence[str], phone: str | None) -> str:
        """Add a customer with addresses as they are typed; return the customer's id."""
        self.name.fill(name)
        for number, email in enumerate(emails, 1):
            self.email(number).fill(email)
        if phone:
            self.phone.fill(phone)
        self.tab.follow(self.submit)
        Customer(self.tab).begin.or_(self.errors).first.wait_for()
        if self.errors.count():
            raise AssertionError(f"the customer was not added: {self.errors.all_inner_texts()}")
        return self.page.url.rsplit("/", 1)[-1]


@page_object
class Customer:
    """A customer's profile, with the way to a new contact."""

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``, which shows a customer."""
        self.tab, self.page = tab, tab.page

    @element
    def begin(self) -> Locator:
        """The + that opens the list of channels."""
        return self.page.get_by_label("Start a contact")

    @sometimes
    def by_email(self) -> Locator:
        """Writing an e-mail, for customers who have an address."""
        return self.page.get_by_role("link", name="Email", exact=True)

    @sometimes
    def by_sms(self) -> Locator:
        """Writing a text message, for customers who have a phone."""
        return self.page.get_by_role("link", name="SMS", exact=True)

    @sometimes
    def by_chat(self) -> Locator:
        """Writing in a chat, for everybody."""
        return self.page.get_by_role("link", name="Chat", exact=True)

    def open(self, customer_id: str) -> "Customer":
        """Go to the customer's profile by its address."""
        self.tab.visit(f"/customers/{customer_id}")
        return self

    def compose(self) -> "Composer":
        """Begin a message on the first channel there is: e-mail, else SMS, else chat."""
        self.begin.click()
        channels = (self.by_email, self.by_sms, self.by_chat)
        self.tab.follow(next((one for one in channels if one.is_visible()), self.by_email))
        return Composer(self.tab)


@page_object
class Composer:
    """A message that is being written, and the choice that sending it may ask for."""

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``, which shows the composer."""
        self.tab, self.page = tab, tab.page

    @element
    def text(self) -> Locator:
        """What is written."""
        return self.page.get_by_label("Message", exact=True)

    @element
    def send(self) -> Locator:
        """The button that sends, called by the channel."""
        return self.page.get_by_role("button", name="Send")

    @sometimes
    def create_new(self) -> Locator:
        """The choice of a new conversation, offered while the last one was recently closed."""
        return self.page.get_by_role("dialog").get_by_role("button", name="Create New")

    @sometimes
    def reopen(self) -> Locator:
        """The choice of the last conversation, offered while it was recently closed."""
        return self.page.get_by_role("dialog").get_by_role("button", name="Reopen")

    def send_message(self, text: str, *, reopening: bool) -> str:
        """Write and send, choosing Reopen or Create New where that is asked; return the conversation's id."""
        self.text.fill(text)
        self.tab.follow(self.send)
        chosen = self.reopen if reopening else self.create_new
        timeline = self.page.get_by_role("list", name="Timeline")
        chosen.or_(timeline).first.wait_for()
        if chosen.is_visible():
            self.tab.follow(chosen)
            timeline.wait_for()
        self.page.wait_for_url("**/conversations/*")
        return self.page.url.rsplit("/", 1)[-1]
