"""The ports: what the people of the runbook can do, and what they can see. No word of how.

Every method that a system may turn down raises ``Refused`` and leaves the system as it was.
Times are aware datetimes in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol


class Refused(Exception):
    """The system turned the actor down; the text is what it said."""


class Secret(str):
    """A key or password. Where values are shown rather than used, as in the traceback of a failed test, it is not."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Say that there is something, not what."""
        return "'[secret]'" if self else "''"


@dataclass(frozen=True)
class KeyRow:
    """A row of Klaviyo's list of private API keys."""

    label: str
    masked_key: str
    access_level: str
    created: date


@dataclass(frozen=True)
class AppRow:
    """A row of Gladly's list of apps; ``active`` is the green switch."""

    name: str
    active: bool


@dataclass(frozen=True)
class FormField:
    """A field of a form with the help beside it and what it holds."""

    label: str
    help: str
    value: str


@dataclass(frozen=True)
class AppForm:
    """The form of the Klaviyo App as it is shown."""

    heading: str
    description: str
    fields: tuple[FormField, ...]
    has_private_key: bool

    def field(self, label: str) -> FormField:
        """Return the field called ``label``; ``LookupError`` names the ones there are."""
        for one in self.fields:
            if one.label == label:
                return one
        raise LookupError(f"the form has no field {label!r}; it has {[one.label for one in self.fields]}")


@dataclass(frozen=True)
class FeedRow:
    """A row of a metric's activity feed: whom it is about, what it says, when it happened; its properties when opened."""

    profile: str
    text: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Customer:
    """A customer in Gladly with the addresses as they were typed."""

    id: str
    emails: tuple[str, ...]


@dataclass(frozen=True)
class Conversation:
    """A conversation in Gladly as its timeline tells it; ``closed`` is None while it is not closed."""

    id: str
    status: str
    began: datetime
    closed: datetime | None


class KlaviyoAdmin(Protocol):
    """Kim, who manages API keys and reads metrics in Klaviyo."""

    def take_role(self, role: str) -> None:
        """Act as the account's user with ``role`` from now on."""
        ...

    def create_key(self, name: str, access: str, scopes: Mapping[str, str]) -> str:
        """Create a private key and return it, as ``Secret``. ``access`` and the levels in ``scopes`` are the page's own labels."""
        ...

    def delete_key(self, name: str) -> None:
        """Delete the private key with this label."""
        ...

    def key_list(self) -> list[KeyRow]:
        """Return the list of private keys as the page shows it."""
        ...

    def today(self) -> date:
        """Return today's date as the account's pages would write it."""
        ...

    def search_metrics(self, text: str) -> list[str]:
        """Return the names of the metrics that contain ``text``, whatever its case; all of them for ``""``."""
        ...

    def feed(self, metric: str, *, until: datetime | None = None, opened: bool = False) -> list[FeedRow]:
        """Return the activity feed of ``metric``, newest first, up to ``until``; empty when there is no such metric.

        Rows have their properties if each is ``opened``; where opening costs nothing they may have them anyway.
        """
        ...

    def profile(self, email: str) -> Mapping[str, Any] | None:
        """Return what the profile of ``email`` says, or None when Klaviyo does not know it."""
        ...

    def everybody(self) -> list[str]:
        """Return the address of every profile that Klaviyo knows; a profile without one gives ``""``."""
        ...

    def may(self, key: str) -> dict[str, set[str]]:
        """Return what the key with this label may do, scope → ``read``, ``write`` or both, for the eleven scopes."""
        ...


class GladlyAdmin(Protocol):
    """Dana, who manages apps in Gladly."""

    def take_role(self, role: str) -> None:
        """Act as the organization's user with ``role`` from now on."""
        ...

    def apps(self) -> list[AppRow]:
        """Return the list of apps."""
        ...

    def app_form(self) -> AppForm:
        """Open the Klaviyo App for editing."""
        ...

    def save_app(self, *, name: str | None = None, private_key: str = "") -> None:
        """Save the form, with the name as it is unless ``name`` is given; an empty key field is left empty."""
        ...

    def switch_app(self, *, on: bool) -> None:
        """Use the switch beside the app."""
        ...


class Agent(Protocol):
    """Sam, who talks to customers in Gladly."""

    def add_customer(self, *, name: str, emails: list[str], phone: str | None = None) -> Customer:
        """Make a customer profile."""
        ...

    def open_conversation(self, customer: Customer) -> str:
        """Open a conversation and return its id."""
        ...

    def close_conversation(self, conversation: str) -> None:
        """Close it; closing a closed one is nothing new."""
        ...

    def reopen_conversation(self, conversation: str) -> None:
        """Open a closed conversation again."""
        ...

    def conversation(self, conversation: str) -> Conversation:
        """Return the conversation as it is now."""
        ...

    def conversations_of(self, customer: Customer) -> list[Conversation]:
        """Return the customer's conversations, the oldest first."""
        ...


class CustomerChannel(Protocol):
    """The customer, who writes in from outside."""

    def write(self, customer: Customer, conversation: str | None = None) -> str:
        """Send a message, in answer to ``conversation`` if there is one; return the conversation it landed in."""
        ...


class Pages(Protocol):
    """What can only be done and seen on Klaviyo's web pages. Worlds with the capability ``pages`` have it."""

    def cancel_new_key(self, name: str) -> None:
        """Fill in a new private key called ``name`` and cancel."""
        ...

    def page_through_metrics(self) -> list[str]:
        """Open the metrics and go through every page; return the names met."""
        ...

    def feed_with(self, metric: str, name: str, value: str) -> list[FeedRow]:
        """Narrow the feed of ``metric`` to events whose property ``name`` is ``value``."""
        ...

    def clear_feed_filters(self) -> list[FeedRow]:
        """Clear the filters of the feed and return its rows."""
        ...

    def rows_per_page(self) -> list[int]:
        """Return how many rows a page of metrics may have."""
        ...

    def views_of(self, metric: str) -> list[str]:
        """Open ``metric`` and return the captions of its views."""
        ...

    def back_to_metrics(self) -> list[str]:
        """Go back from a metric to the list and return the names in it."""
        ...
