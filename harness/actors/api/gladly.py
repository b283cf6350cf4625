"""Dana, Sam, the customer and what Gladly shows, by API: Gladly's own where there is one, else the control plane."""

from datetime import datetime
from typing import Any

import httpx

from harness.actors.api.tenant import Tenant
from harness.errors import SystemFailed
from harness.values import AppForm, AppRow, Conversation, Customer, FormField


class ApiGladlyAdmin:
    """Fulfils ``ports.GladlyAdmin`` through the control plane in Dana's name: Gladly has no API for its apps."""

    def __init__(self, organization: Tenant) -> None:
        """Act as the organization's Administrator until told otherwise."""
        self._organization = organization
        self._user = organization.user_with("Administrator")

    def take_role(self, role: str) -> None:
        """Act as the organization's user with ``role`` from now on."""
        self._user = self._organization.user_with(role)

    def apps(self) -> list[AppRow]:
        """Return the list of apps as the page shows it."""
        return _apps(self._organization, self._user)

    def app_form(self) -> AppForm:
        """Return the form of the Klaviyo App as it is shown."""
        return _app_form(self._organization, self._user)

    def save_app(self, *, name: str | None = None, private_key: str = "") -> None:
        """Save the form as a browser would send it: both fields, changed or not."""
        if name is None:
            name = self.app_form().field("Name").value
        body = {"name": name, "private_key": private_key}
        self._organization.call("PATCH", "/app", body, user=self._user)

    def switch_app(self, *, on: bool) -> None:
        """Use the switch beside the app."""
        self._organization.call("PUT", "/app/active", {"active": on}, user=self._user)


class ApiAgent:
    """Fulfils ``ports.Agent``; opening a conversation goes through the control plane, Gladly has no public call."""

    def __init__(self, organization: Tenant) -> None:
        """Use the organization's API user."""
        self._organization = organization

    def add_customer(self, *, name: str, emails: list[str], phone: str | None = None) -> Customer:
        """Make a customer profile."""
        body: dict[str, Any] = {"name": name, "emails": [{"original": email} for email in emails]}
        if phone:
            body["phones"] = [{"original": phone, "type": "MOBILE"}]
        created = call_gladly(self._organization, "POST", "/api/v1/customer-profiles", body)
        return Customer(created.headers["Location"].rsplit("/", 1)[-1], tuple(emails))

    def open_conversation(self, customer: Customer) -> str:
        """Open a conversation and return its id."""
        body = {"customer_id": customer.id, "opened_by": "agent"}
        return str(self._organization.call("POST", "/conversations", body)["id"])

    def close_conversation(self, conversation: str) -> None:
        """Close it, even if the customer waits for an answer."""
        _set_status(self._organization, conversation, {"value": "CLOSED", "force": True})

    def reopen_conversation(self, conversation: str) -> None:
        """Open a closed conversation again."""
        _set_status(self._organization, conversation, {"value": "OPEN"})


class ApiCustomerChannel:
    """Fulfils ``ports.CustomerChannel`` through the control plane, which stands for the customer's channel."""

    def __init__(self, organization: Tenant) -> None:
        """Write to ``organization``."""
        self._organization = organization

    def write(self, customer: Customer, conversation: str | None = None) -> str:
        """Begin a conversation, or answer in ``conversation``."""
        if conversation is None:
            body = {"customer_id": customer.id, "opened_by": "customer"}
            return str(self._organization.call("POST", "/conversations", body)["id"])
        path = f"/conversations/{conversation}/messages"
        return str(self._organization.call("POST", path, {"from": "customer"})["conversation_id"])


class ApiGladlyView:
    """Fulfils ``ports.GladlyView``: apps as the Administrator is shown them, conversations as Gladly's API tells them."""

    def __init__(self, organization: Tenant) -> None:
        """Look at ``organization``."""
        self._organization = organization
        self._user = organization.user_with("Administrator")

    def apps(self) -> list[AppRow]:
        """Return the list of apps."""
        return _apps(self._organization, self._user)

    def app_form(self) -> AppForm:
        """Return the form of the Klaviyo App as it is shown."""
        return _app_form(self._organization, self._user)

    def conversation(self, conversation: str) -> Conversation:
        """Return the conversation as it is now."""
        return _conversation(
            call_gladly(self._organization, "GET", f"/api/v1/conversations/{conversation}").json()
        )

    def conversations_of(self, customer: Customer) -> list[Conversation]:
        """Return the customer's conversations, the oldest first."""
        found = call_gladly(
            self._organization, "GET", f"/api/v1/customers/{customer.id}/conversations"
        ).json()
        return [_conversation(one) for one in found]

    def customer_of(self, conversation: str) -> str:
        """Return the id of the customer whom the conversation is with."""
        found = call_gladly(self._organization, "GET", f"/api/v1/conversations/{conversation}").json()
        return str(found["customerId"])


def _apps(organization: Tenant, user: str) -> list[AppRow]:
    return [AppRow(row["name"], row["active"]) for row in organization.call("GET", "/apps", user=user)]


def _app_form(organization: Tenant, user: str) -> AppForm:
    form = organization.call("GET", "/app", user=user)
    fields = tuple(FormField(one["label"], one["help"], one["value"]) for one in form["fields"])
    return AppForm(form["heading"], form["description"], fields, form["private_key_set"])


def _set_status(organization: Tenant, conversation: str, status: dict[str, Any]) -> None:
    call_gladly(organization, "PATCH", f"/api/v1/conversations/{conversation}", {"status": status})


def call_gladly(
    organization: Tenant, method: str, path: str, body: Any = None, *, user: Any = None
) -> httpx.Response:
    """Call Gladly's own API as ``user`` (``email`` and ``token``), the organization's API user if none is given.

    Raises ``SystemFailed`` for any answer but a success.
    """
    user = user or organization.about["api_user"]
    auth = httpx.BasicAuth(user["email"], user["token"])
    response = organization.client.request(method, path, json=body, auth=auth)
    if not response.is_success:
        raise SystemFailed(
            f"Gladly answered {response.status_code} to {method} {path}: {response.text[:500]}"
        )
    return response


def _conversation(found: Any) -> Conversation:
    closed = found.get("closedAt")
    return Conversation(
        found["id"],
        found["status"],
        datetime.fromisoformat(found["createdAt"]),
        datetime.fromisoformat(closed) if closed else None,
    )
