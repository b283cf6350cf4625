"""Dana, Sam and what Gladly shows, by its web pages: Settings > Apps, and the agent's workspace."""

from harness.actors.api.gladly import ApiGladlyView
from harness.actors.browser.sessions import Sessions
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.gladly.conversation import Conversation as ConversationPage
from harness.pages.gladly.customers import Customer as CustomerPage
from harness.pages.gladly.customers import NewCustomer
from harness.values import AppForm, AppRow, Conversation, Customer

ADMINISTRATOR, AGENT = "Administrator", "Agent"


class PageGladlyAdmin:
    """Fulfils ``ports.GladlyAdmin``. A form that was opened stays open in its tab until it is saved."""

    def __init__(self, sessions: Sessions) -> None:
        """Work in ``sessions``."""
        self._sessions = sessions
        self._form: EditKlaviyoApp | None = None

    def take_role(self, role: str) -> None:
        """Act as the organization's user with ``role`` from now on, in another session."""
        if role != self._sessions.role:
            self._form = None
        self._sessions.take(role)

    def apps(self) -> list[AppRow]:
        """Go through the list of apps; a form that is open in a tab stays there."""
        tab = self._sessions.tab() if self._form is None else self._sessions.second_tab()
        return Apps(tab).open().listed()

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
        Apps(self._sessions.tab()).open().switch_first(on=on)

    def _open_form(self) -> EditKlaviyoApp:
        tab = self._sessions.tab()
        Apps(tab).open().edit_first()
        self._form = EditKlaviyoApp(tab)
        self._sessions.picture("the form of the app is open")
        return self._form


class PageGladlyView:
    """Fulfils ``ports.GladlyView``: apps by page in a tab of its own, conversations by the API, to the second."""

    def __init__(self, sessions: Sessions, api: ApiGladlyView) -> None:
        """Look through ``sessions``; ``api`` tells of conversations."""
        self._sessions = sessions
        self._api = api

    def apps(self) -> list[AppRow]:
        """Return the list of apps as the Administrator sees it."""
        return self._apps().listed()

    def app_form(self) -> AppForm:
        """Return the form of the Klaviyo App as the Administrator sees it."""
        apps = self._apps()
        apps.edit_first()
        return EditKlaviyoApp(apps.tab).read()

    def conversation(self, conversation: str) -> Conversation:
        """Return the conversation as it is now."""
        return self._api.conversation(conversation)

    def conversations_of(self, customer: Customer) -> list[Conversation]:
        """Return the customer's conversations, the oldest first."""
        return self._api.conversations_of(customer)

    def _apps(self) -> Apps:
        return Apps(self._sessions.second_tab(ADMINISTRATOR)).open()


class PageAgent:
    """Fulfils ``ports.Agent`` by the agent's workspace."""

    def __init__(self, sessions: Sessions, api: ApiGladlyView) -> None:
        """Work in ``sessions``; ``api`` tells whom a conversation is with."""
        self._sessions = sessions
        self._api = api

    def add_customer(self, *, name: str, emails: list[str], phone: str | None = None) -> Customer:
        """Make a customer profile."""
        customer_id = NewCustomer(self._sessions.tab()).open().add(name, emails, phone)
        return Customer(customer_id, tuple(emails))

    def open_conversation(self, customer: Customer) -> str:
        """Write to the customer in a new conversation and return its id."""
        return self._write(customer.id, reopening=False)

    def close_conversation(self, conversation: str) -> None:
        """Close it; closing a closed one changes nothing."""
        ConversationPage(self._sessions.tab()).open(conversation).close_it()

    def reopen_conversation(self, conversation: str) -> None:
        """Write to the customer again and choose Reopen."""
        customer = self._api.customer_of(conversation)
        reopened = self._write(customer, reopening=True)
        if reopened != conversation:
            raise AssertionError(f"{reopened} was reopened instead of {conversation}")

    def _write(self, customer_id: str, *, reopening: bool) -> str:
        composer = CustomerPage(self._sessions.tab()).open(customer_id).compose()
        self._sessions.picture("a message is composed")
        return composer.send_message("We are looking into it.", reopening=reopening)
