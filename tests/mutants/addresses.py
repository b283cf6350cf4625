"""Mistakes with a customer's addresses: which there are, and which are one."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from integration.answers import Refused
from integration.gladly import Gladly
from integration.outbox import Outbox, Webhook
from tests.mutants.registry import instead, mutant

TOO_MANY_UNKNOWN = 2


@mutant("test_a_customer_with_several_addresses")
def skip_the_second_address() -> None:
    """Only the first address of a customer is reported."""

    @instead(Gladly, "addresses")
    def first(real: Any, self: Gladly, customer: str) -> Any:
        return real(self, customer)[:1]


@mutant("test_every_address_hears_of_the_closing")
def close_the_first_address_alone() -> None:
    """A closing is reported for the first address only."""

    @instead(Outbox, "address")
    def address(real: Any, self: Outbox, found: Webhook, emails: list[str]) -> None:
        real(self, found, emails if found.started else emails[:1])


@mutant("test_the_same_address_in_another_spelling")
def count_every_spelling() -> None:
    """An address in two spellings counts twice."""

    @instead(Gladly, "addresses")
    def addresses(real: Any, self: Gladly, customer: str) -> list[str]:
        found = real(self, customer)
        return [*found, *map(str.upper, found)]

    @instead(Outbox, "address")
    def address(real: Any, self: Outbox, found: Webhook, emails: list[str]) -> None:
        for number, email in enumerate(emails):
            real(self, replace(found, id=f"{found.id}-{number}"), [email])
        real(self, found, [])


@mutant("test_a_customer_without_an_address")
def make_up_an_address() -> None:
    """A customer without an address is reported under one that is made of the id."""

    @instead(Gladly, "addresses")
    def addresses(real: Any, self: Gladly, customer: str) -> Any:
        return real(self, customer) or [f"{customer}@customers.sandbox.gladly.qa".lower()]


def _count_as_one(alike: Callable[[str], str]) -> None:
    @instead(Gladly, "addresses")
    def addresses(real: Any, self: Gladly, customer: str) -> list[str]:
        return list({alike(email.lower()): email for email in reversed(real(self, customer))}.values())[::-1]


@mutant("test_addresses_that_look_alike[sam+one and sam+two]")
def strip_the_tag() -> None:
    """Addresses that differ only behind a plus count as one."""
    _count_as_one(lambda email: email.partition("+")[0] + email[email.index("@") :])


@mutant("test_addresses_that_look_alike[sam.lee and samlee]")
def remove_dots() -> None:
    """Addresses that differ only in dots before the @ count as one."""
    _count_as_one(lambda email: email.partition("@")[0].replace(".", "") + email[email.index("@") :])


@mutant("test_addresses_that_look_alike[and jose]")
def fold_accents() -> None:
    """Addresses that differ only in accents count as one."""
    _count_as_one(lambda email: unicodedata.normalize("NFKD", email).encode("ascii", "ignore").decode())


@mutant(
    "test_the_address_changed_while_the_conversation_was_open",
    "test_two_customers_in_conversations_were_merged",
)
def remember_the_addresses() -> None:
    """A customer's addresses are looked up once and remembered from then on."""
    known: dict[str, list[str]] = {}

    @instead(Gladly, "addresses")
    def addresses(real: Any, self: Gladly, customer: str) -> list[str]:
        if customer not in known:
            known[customer] = real(self, customer)
        return known[customer]


@mutant("test_the_customer_was_merged_into_another")
def lose_who_was_merged() -> None:
    """A customer who was merged into another counts as deleted."""

    @instead(Gladly, "_get")
    def get(real: Any, self: Gladly, url: str, **options: Any) -> Any:
        response = real(self, url, **options)
        if response.is_redirect:
            response.status_code = 404
        return response


@mutant("test_the_customer_was_deleted")
def break_the_circuit_at_unknown_customers() -> None:
    """Two customers in a row whom Gladly does not know are taken for a wrong token, and look-ups stop."""
    unknown: list[str] = []

    @instead(Gladly, "_profile")
    def profile(real: Any, self: Gladly, customer: str) -> Any:
        response = real(self, customer)
        if response.status_code == 404:
            unknown.append(customer)
            if len(unknown) >= TOO_MANY_UNKNOWN:
                raise Refused("too many unknown customers")
        else:
            unknown.clear()
        return response


@mutant("test_the_customer_was_deleted", "test_an_event_that_is_of_no_use[of another organization]")
def stop_at_an_unknown_customer() -> None:
    """A customer whom Gladly does not know is taken for a wrong token, and look-ups stop."""

    @instead(Gladly, "_profile")
    def profile(real: Any, self: Gladly, customer: str) -> Any:
        response = real(self, customer)
        if response.status_code == 404:
            raise Refused("status 404")
        return response
