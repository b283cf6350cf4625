"""The workspace's customers: the list, a new one, and a profile."""

from collections.abc import Sequence

from playwright.sync_api import Locator

from harness.pages.element import PageObject, element, sometimes, varying
from harness.pages.gladly.conversation import Conversation


class Customers(PageObject, system="gladly", about_people=True):
    """My Customers."""

    heading = element("The heading of the page.")
    search = element("The box to search for a customer in.")
    add = element("The way to a new customer.")
    reachable = sometimes("The names of customers who have an e-mail address, each the way to a profile.")
    conversations = sometimes(
        "The conversations that are one's own or wait for somebody, each the way to its timeline."
    )

    def open(self) -> "Customers":
        """Go to the page. Raises ``Refused`` when the system turns the user away."""
        self.tab.visit(self._address())
        return self


class NewCustomer(PageObject, system="gladly", about_people=True):
    """The form of a new customer."""

    name = element("The customer's name.")
    first_email = element("The first of the e-mail addresses.")
    other_email = varying("Any of the other e-mail addresses, counted from 1.", "number")
    phone = element("The phone number, a mobile one unless something else is chosen.")
    submit = element("The button that adds the customer.")
    errors = sometimes("What is wrong, beside a field.")

    def open(self) -> "NewCustomer":
        """Go to the form."""
        self.tab.visit(self._address())
        return self

    def email(self, number: int) -> Locator:
        """Return the field of one address, counted from 1."""
        return self.first_email if number == 1 else self.other_email(number=number)

    def add(self, name: str, emails: Sequence[str], phone: str | None) -> str:
        """Add a customer with addresses as they are typed; return the customer's id."""
        self.name.fill(name)
        for number, email in enumerate(emails, 1):
            self.email(number).fill(email)
        if phone:
            self.phone.fill(phone)
        self.tab.follow(self.submit)
        customer = Customer(self.tab)
        customer.begin.or_(self.errors).first.wait_for()
        if self.errors.count():
            raise AssertionError(f"the customer was not added: {self.errors.all_inner_texts()}")
        return customer.shown_id()


class Customer(PageObject, system="gladly", about_people=True):
    """A customer's profile, with the way to a new contact."""

    begin = element("The + that opens the list of channels.")
    by_email = sometimes("Writing an e-mail, for customers who have an address.")
    by_sms = sometimes("Writing a text message, for customers who have a phone.")
    by_chat = sometimes("Writing in a chat, for everybody.")

    def open(self, customer_id: str) -> "Customer":
        """Go to the customer's profile by its address."""
        self.tab.visit(self._address(id=customer_id))
        return self

    def shown_id(self) -> str:
        """Return the id of the customer that is shown."""
        return self._read_address("id")

    def compose(self) -> "Composer":
        """Begin a message on the first channel there is: e-mail, else SMS, else chat."""
        self.begin.click()
        channels = (self.by_email, self.by_sms, self.by_chat)
        self.tab.follow(next((one for one in channels if one.is_visible()), self.by_email))
        return Composer(self.tab)


class Composer(PageObject, system="gladly", about_people=True):
    """A message that is being written, and the choice that sending it may ask for."""

    text = element("What is written.")
    send = element("The button that sends, called by the channel.")
    create_new = sometimes(
        "The choice of a new conversation, offered while the last one was recently closed."
    )
    reopen = sometimes("The choice of the last conversation, offered while it was recently closed.")

    def send_message(self, text: str, *, reopening: bool) -> str:
        """Write and send, choosing Reopen or Create New where that is asked; return the conversation's id."""
        self.text.fill(text)
        self.tab.follow(self.send)
        chosen = self.reopen if reopening else self.create_new
        conversation = Conversation(self.tab)
        chosen.or_(conversation.timeline).first.wait_for()
        if chosen.is_visible():
            self.tab.follow(chosen)
            conversation.timeline.wait_for()
        return conversation.shown_id()
