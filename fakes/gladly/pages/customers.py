"""The workspace's customers: My Customers with its search, and Add New Customer (vendor help, vendor sample code)."""

from dataclasses import dataclass

import falcon

from fakes.core.browsers.forms import Form
from fakes.core.pages.site import go
from fakes.gladly.pages.lines import called, shown_topic
from fakes.gladly.pages.page import Errors, Page, by_field, note
from fakes.gladly.pages.site import CUSTOMERS_PATH, GladlyVisit
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.customers.addresses import Email, Phone
from fakes.gladly.rules.customers.customers import Customer, Customers, Profile
from fakes.gladly.rules.errors import InvalidError, RuleError, TakenError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.workspace import Workspace
from fakes.gladly.service.context import fake_of

NEW_PATH = f"{CUSTOMERS_PATH}/new"
MOST_EMAILS = 5
PHONE_TYPES = (("MOBILE", "Mobile"), ("HOME", "Home"), ("OFFICE", "Office"), ("", "Other"))
MOST_QUEUED = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A customer in a list, with the conversation that is not closed or was the latest, or None."""

    customer: Customer
    name: str
    conversation: Conversation | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The form of a new customer as it was filled in."""

    name: str = ""
    emails: tuple[str, ...] = ("",) * MOST_EMAILS
    phone: str = ""
    phone_type: str = PHONE_TYPES[0][0]

    @classmethod
    def of_form(cls, form: Form) -> "Draft":
        """Return what was filled in, as it was typed."""
        emails = tuple(form.text(f"email{number}") for number in range(1, MOST_EMAILS + 1))
        return cls(form.text("name"), emails, form.text("phone"), form.text("phone_type"))


class CustomerList(Page):
    """My Customers."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the conversations that are the agent's or nobody's, and the customers, all or those that are looked for."""
        wanted = request.get_param("search") or ""
        with self.reading(request) as visit:
            organization, workspace = visit.tenant, Workspace(visit.tenant, visit.user)
            queue = [_queued(organization, each) for each in workspace.queue()[:MOST_QUEUED]]
            found = [_listed(organization, each) for each in workspace.customers(wanted)]
            self.show(
                response,
                "customers.html",
                visit,
                wanted=wanted,
                queue=queue,
                found=found,
                topic_name=lambda one: shown_topic(organization.directory.topics.full_name(one)),
                new_path=NEW_PATH,
            )


class NewCustomer(Page):
    """Add New Customer."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the empty form."""
        with self.reading(request) as visit:
            Workspace(visit.tenant, visit.user)
            self._show(response, visit, Draft())

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Add the customer and show them; or show the form again with what was wrong."""
        with self.entered(request) as visit:
            draft = Draft.of_form(self.site.form(request))
            errors: dict[str, str] = {}
            profile = _profile(draft, errors)
            try:
                if not errors:
                    with fake_of(visit.request).acting(visit.tenant) as organization:
                        customer = Workspace(organization, visit.user).add_profile(profile)
            except (InvalidError, TakenError) as error:
                errors = _taken(error, draft, visit.tenant.customers)
            if errors:
                self._show(response, visit, draft, errors)
                return
            note(visit, "added a customer", customer_id=customer.id)
            go(f"{CUSTOMERS_PATH}/{customer.id}")

    def _show(
        self, response: falcon.Response, visit: GladlyVisit, draft: Draft, errors: Errors | None = None
    ) -> None:
        self.show(
            response,
            "customer_form.html",
            visit,
            errors=errors,
            draft=draft,
            phone_types=PHONE_TYPES,
            customers_path=CUSTOMERS_PATH,
            new_path=NEW_PATH,
        )


def _profile(draft: Draft, errors: dict[str, str]) -> Profile:
    """Return the profile that was filled in, and put what is wrong with it into ``errors`` by field."""
    emails, phones = [], []
    for number, entered in enumerate(draft.emails, 1):
        if entered.strip():
            try:
                emails.append(Email.entered(entered))
            except InvalidError as error:
                errors[f"email{number}"] = by_field(error, {})[""]
    if draft.phone.strip():
        try:
            phones.append(Phone.entered(draft.phone, kind=draft.phone_type))
        except InvalidError as error:
            errors["phone"] = by_field(error, {})[""]
    return Profile(draft.name.strip() or None, emails=tuple(emails), phones=tuple(phones))


def _taken(error: RuleError, draft: Draft, customers: Customers) -> dict[str, str]:
    """Return what is wrong by field: the rules say that an address is another's, the page says which."""
    errors = by_field(error, {"emails": "emails", "phones": "phone"})
    text = errors.pop("emails", "")
    if text:
        taken = [
            number
            for number, entered in enumerate(draft.emails, 1)
            if entered.strip() and customers.find_by_email(Email.entered(entered).normalized)
        ]
        errors |= {f"email{number}": text for number in taken or [1]}
    return errors


def _queued(organization: Organization, conversation: Conversation) -> Row:
    customer = organization.customers.get(conversation.customer_id)
    return Row(customer, called(customer), conversation)


def _listed(organization: Organization, customer: Customer) -> Row:
    conversations = organization.conversations.of_customer(customer.id)
    return Row(customer, called(customer), conversations[-1] if conversations else None)
