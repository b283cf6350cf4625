"""The ports: what the people of the runbook do, what an observer sees, and what a world hands to the steps. No word of how.

Whoever acts (``KlaviyoAdmin``, ``MetricsList``, ``Pages``, ``GladlyAdmin``, ``Agent``, ``CustomerChannel``, ``KeyHolder``)
changes something, if only what is on a screen, and tells nothing but what the act itself returns; the views (``KlaviyoView``,
``MetricsView``, ``PagesView``, ``GladlyView``) look and change nothing.
Every method that a system may turn down raises ``Refused`` and leaves the system as it was.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol, TypeVar

from harness.values import (
    AppForm,
    AppRow,
    Conversation,
    Credentials,
    Customer,
    FeedRow,
    KeyRow,
    MetricView,
    Picture,
    Secret,
)

T = TypeVar("T")


class KlaviyoAdmin(Protocol):
    """Kim, who manages API keys in Klaviyo."""

    def take_role(self, role: str) -> None:
        """Act as the account's user with ``role`` from now on."""
        ...

    def create_key(self, name: str, access: str, scopes: Mapping[str, str]) -> str:
        """Create a private key and return it, as ``Secret``. ``access`` and the levels in ``scopes`` are the page's own labels."""
        ...

    def delete_key(self, name: str) -> None:
        """Delete the private key with this label."""
        ...

    def public_key(self) -> str:
        """Return the account's public key."""
        ...


class KlaviyoView(Protocol):
    """What Klaviyo shows to somebody who may see everything."""

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


class KeyHolder(Protocol):
    """Whoever was given a private key and uses it, as any system would."""

    def try_key(self, name: str, key: str) -> dict[str, set[str]]:
        """Use ``key``, whose label is ``name``, at each of the eleven scopes, in a way that changes nothing.

        Return where it was let in: scope → ``read``, ``write``, both or neither.
        """
        ...


class GladlyAdmin(Protocol):
    """Dana, who manages apps in Gladly."""

    def take_role(self, role: str) -> None:
        """Act as the organization's user with ``role`` from now on."""
        ...

    def apps(self) -> list[AppRow]:
        """Go through the list of apps."""
        ...

    def app_form(self) -> AppForm:
        """Open the Klaviyo App for editing; the form stays open until it is saved."""
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
        """Close it; closing a closed one changes nothing."""
        ...

    def reopen_conversation(self, conversation: str) -> None:
        """Open a closed conversation again."""
        ...


class GladlyView(Protocol):
    """What Gladly shows to somebody who may see everything."""

    def apps(self) -> list[AppRow]:
        """Return the list of apps."""
        ...

    def app_form(self) -> AppForm:
        """Return the form of the Klaviyo App as it is shown."""
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


class Setup(Protocol):
    """Puts in place what a scenario begins with. ``kim``, ``dana`` and ``sam`` do here by the cheapest route what they do elsewhere."""

    @property
    def kim(self) -> KlaviyoAdmin:
        """Kim, by the cheapest route."""
        ...

    @property
    def dana(self) -> GladlyAdmin:
        """Dana, by the cheapest route."""
        ...

    @property
    def sam(self) -> Agent:
        """Sam, by the cheapest route."""
        ...

    def make_key(
        self, name: str, access: str = "Custom Key", scopes: Mapping[str, str] | None = None
    ) -> Secret:
        """Make a private key without asking whether anybody may, and return it."""
        ...

    def upgrade_app(self, name: str) -> Secret:
        """Have the app switched on with a private key that may do what the runbook asks for; return it, empty if it is old."""
        ...

    def install_app(self, name: str, *, private_key: str | None, upgraded: bool) -> None:
        """Have the app switched on, with ``private_key`` or on the legacy API without one."""
        ...

    def send_foreign_event(self, metric: str, properties: Mapping[str, str], email: str) -> None:
        """Send an event as another system would."""
        ...


class Control(Protocol):
    """What happens to the systems beside what people do there. Worlds with the capability ``control`` have it."""

    def point_app_at(self, url: str) -> None:
        """Have Gladly call the app at ``url`` from now on."""
        ...

    def keep_limits(self, *, on: bool) -> None:
        """Let Klaviyo keep its published limits, or not."""
        ...

    def key_of_another_account(self) -> Secret:
        """Make a private key of an account that is not the one the app reports to, and return it."""
        ...

    def knows_elsewhere(self, email: str) -> bool:
        """Say whether another account knows a profile with this address."""
        ...

    def merge_customers(self, one: Customer, into: Customer) -> None:
        """Merge a customer into another."""
        ...

    def delete_customer(self, customer: Customer) -> None:
        """Delete a customer, as the law may want it."""
        ...

    def retire_legacy_api(self) -> None:
        """Let Klaviyo's legacy API answer that it is gone."""
        ...

    def new_token(self) -> Credentials:
        """Return new credentials for Gladly's API."""
        ...

    def change_address(self, customer: Customer, email: str) -> Customer:
        """Give the customer the one address ``email`` and return the customer as changed."""
        ...


class MetricsList(Protocol):
    """Kim at Klaviyo's list of metrics; the list stays as she leaves it."""

    def open(self) -> None:
        """Open the list of all metrics."""
        ...

    def search_for(self, text: str) -> None:
        """Search for metrics whose name contains ``text``, whatever its case."""
        ...

    def clear(self) -> None:
        """Clear the search."""
        ...


class MetricsView(Protocol):
    """What the list of metrics shows as it was left."""

    def shown(self) -> list[str]:
        """Return the names that are shown; asked again, those that are shown by now."""
        ...


class Pages(Protocol):
    """What can only be done on Klaviyo's web pages. Worlds with the capability ``pages`` have it."""

    def cancel_new_key(self, name: str) -> None:
        """Fill in a new private key called ``name`` and cancel."""
        ...

    def choose_rows(self, count: int) -> None:
        """Choose how many rows a page of the list of metrics has."""
        ...

    def page_through_metrics(self) -> None:
        """Go through every page of the list of metrics."""
        ...

    def open_metric(self, metric: str) -> None:
        """Open ``metric`` from the list, as soon as it is there."""
        ...

    def open_views(self, metric: str) -> None:
        """Open ``metric``, and each of its views in turn."""
        ...

    def back_to_metrics(self) -> None:
        """Go back from a metric to the list."""
        ...

    def narrow_feed(self, metric: str, name: str, value: str) -> None:
        """Narrow the feed of ``metric`` to events whose property ``name`` is ``value``."""
        ...

    def clear_feed_filters(self) -> None:
        """Clear the filters of the feed."""
        ...


class PagesView(Protocol):
    """What Klaviyo's web pages show of what was done on them."""

    def metrics_by_page(self) -> list[list[str]]:
        """Return the names of the metrics on each page that was gone through."""
        ...

    def captions(self) -> list[str]:
        """Return the captions of the views of the metric that was opened."""
        ...

    def view(self, caption: str) -> MetricView:
        """Return what a view shows that was opened."""
        ...

    def feed_rows(self) -> list[FeedRow]:
        """Return the rows of the feed as it was left, with their properties."""
        ...


class MetricsAtHand(MetricsList, MetricsView, Protocol):
    """The list of metrics, to act at and to look at."""


class PagesAtHand(Pages, PagesView, Protocol):
    """Klaviyo's web pages, to act on and to look at."""


class Screens(Protocol):
    """Keeps what the screens of a scenario showed."""

    @property
    def pictures(self) -> list[Picture]:
        """The pictures that were kept, in the order in which they were taken."""
        ...

    def look(self, step: str, *, failed: bool = False) -> None:
        """Look at what has changed on the screens during ``step``; keep it if that is wanted, or if it ``failed``."""
        ...


class LastSeen(NamedTuple):
    """What a wait ended with, whether that was in time, and if it was not, why nobody waited longer."""

    value: Any
    in_time: bool
    why: str = ""


class Waiting(Protocol):
    """Waits for something to become true, or for everything to have calmed down."""

    @property
    def longest(self) -> str:
        """How long it waits at most, in words."""
        ...

    def until(
        self, look: Callable[[], T], is_enough: Callable[[T], object], what: str = "something"
    ) -> LastSeen:
        """Look again and again until ``is_enough`` of what is seen, or until the deadline; return what was seen last.

        ``what`` is waited for, for whoever watches.
        """
        ...

    def until_quiet(self) -> bool:
        """Return when nothing more is to be expected of the systems and the app; False if the deadline came first."""
        ...
