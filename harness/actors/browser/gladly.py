"""Dana and Sam in the browser: Settings > Apps, and the agent's desk."""

from harness.actors.api.gladly import ApiAgent
from harness.actors.browser.sessions import BrowserSessions
from harness.actors.ports import AppForm, AppRow, Conversation, Customer
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.gladly.conversation import Conversation as ConversationPage
from harness.pages.gladly.customers import Customer as CustomerPage
from harness.pages.gladly.customers import NewCustomer


class PageGladlyAdmin:
    """Fulfils ``ports.GladlyAdmin``. A form that was opened stays open in its tab until it is saved."""

    def __init__(self, desks: BrowserSessions) -> None:
        """Work at ``desks``."""
        self._desks = desks
        self._form: EditKlaviyoApp | None = None

    def take_role(self, role: str) -> None:
        """Act as the organization's user with ``role`` from now on, at another desk."""
        if role != self._desks.role:
            self._form = None
        self._desks.take(role)

    def apps(self) -> list[AppRow]:
        """Return the list of apps; a form that is open in a tab stays there."""
        return self._in_a_tab_beside_the_form().listed()

    def app_form(self) -> AppForm:
        """Find the app, click Edit and keep the tab open."""
        return self._open_form().read()

    def save_app(self, *, name: str | None = None, private_key: str = "") -> None:
        """Fill in the form that is open, or open it, and click Save App."""
        form = self._form or self._open_form()
        form.submit(name, private_key)
        self._form = None

    def switch_app(self, *, on: bool) -> None:
        """Use the switch beside the app."""
        self._form = None
        Apps(self._desks.page()).open().switch_first(on=on)

    def _open_form(self) -> EditKlaviyoApp:
        page = self._desks.page()
        Apps(page).open().edit_first()
        self._form = EditKlaviyoApp(page)
        self._desks.seen("the form of the app is open")
        return self._form

    def _in_a_tab_beside_the_form(self) -> Apps:
        if self._form is None:
            return Apps(self._desks.page()).open()
        return Apps(self._desks.another_tab()).open()


class PageAgent:
    """Fulfils ``ports.Agent``. What a conversation has become is read by the API, to the second."""

    def __init__(self, desks: BrowserSessions, api: ApiAgent) -> None:
        """Work at ``desks``; ``api`` reads."""
        self._desks = desks
        self._api = api
        self._with: dict[str, str] = {}

    def add_customer(self, *, name: str, emails: list[str], phone: str | None = None) -> Customer:
        """Make a customer profile."""
        customer_id = NewCustomer(self._desks.page()).open().add(name, emails, phone)
        return Customer(customer_id, tuple(emails))

    def open_conversation(self, customer: Customer) -> str:
        """Write to the customer in a new conversation and return its id."""
        return self._write(customer.id, reopening=False)

    def close_conversation(self, conversation: str) -> None:
        """Close it; closing a closed one is nothing new."""
        ConversationPage(self._desks.page()).open(conversation).close_it()

    def reopen_conversation(self, conversation: str) -> None:
        """Write to the customer again and choose Reopen."""
        customer = self._api.customer_of(conversation)
        reopened = self._write(customer, reopening=True)
        if reopened != conversation:
            raise AssertionError(f"{reopened} was reopened instead of {conversation}")

    def conversation(self, conversation: str) -> Conversation:
        """Return the conversation as it is now."""
        return self._api.conversation(conversation)

    def conversations_of(self, customer: Customer) -> list[Conversation]:
        """Return the customer's conversations, the oldest first."""
        return self._api.conversations_of(customer)

    def _write(self, customer_id: str, *, reopening: bool) -> str:
        composer = CustomerPage(self._desks.page()).open(customer_id).compose()
        self._desks.seen("a message is composed")
        return composer.send_message("We are looking into it.", reopening=reopening)
