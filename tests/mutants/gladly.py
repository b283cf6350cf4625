"""Mistakes with a Gladly that is busy, broken or silent: mostly, that nothing said is taken for nothing there."""

from collections.abc import Callable
from typing import Any

import httpx

from integration import calls, gladly
from integration.answers import Refused, RetryLater
from integration.catch_up import CatchUp
from integration.gladly import Gladly
from tests.mutants.registry import instead, mutant, set_rule

BUSY = "test_gladly_is_in_trouble"
OTHER = "test_gladly_answers_something_else"
IMPATIENT = 1.0
CUSTOMERS = "/customer-profiles/"


class _NoAddress(Exception):
    """What was answered is taken for a customer without an address."""


def _is_about_a_customer(response: httpx.Response) -> bool:
    return CUSTOMERS in str(response.request.url)


def _no_address_where(says_so: Callable[[httpx.Response], bool]) -> None:
    @instead(gladly, "later_if_busy")
    def later_if_busy(real: Any, response: httpx.Response, now: float) -> None:
        if _is_about_a_customer(response) and says_so(response):
            raise _NoAddress
        real(response, now)

    @instead(Gladly, "addresses")
    def addresses(real: Any, self: Gladly, customer: str) -> Any:
        try:
            return real(self, customer)
        except _NoAddress:
            return []


def _no_address_when_it_fails_by(*why: str) -> None:
    @instead(Gladly, "addresses")
    def addresses(real: Any, self: Gladly, customer: str) -> Any:
        try:
            return real(self, customer)
        except RetryLater as later:
            if str(later).startswith(why):
                return []
            raise


@mutant(f"{BUSY}[fail]", f"{BUSY}[hang up]", f"{BUSY}[be garbled]")
def believe_a_broken_gladly() -> None:
    """Whatever goes wrong at Gladly counts as no address."""
    _no_address_when_it_fails_by("")


@mutant(f"{BUSY}[fail]")
def take_500_of_gladly_for_no_address() -> None:
    """A look-up that Gladly answers with 500 is over: the customer has no address."""
    _no_address_where(lambda response: response.status_code == 500)


@mutant(f"{OTHER}[be overloaded]")
def take_503_of_gladly_for_no_address() -> None:
    """A look-up that Gladly answers with 503 is over: the customer has no address."""
    _no_address_where(lambda response: response.status_code == 503)


@mutant(f"{BUSY}[be too busy]")
def take_429_of_gladly_for_no_address() -> None:
    """Only Klaviyo is thought to have limits: 429 of Gladly is an answer without an address."""
    _no_address_where(lambda response: response.status_code == 429)


@mutant("test_gladly_refuses_the_apps_token")
def take_401_of_gladly_for_no_address() -> None:
    """A look-up that Gladly answers with 401 is over: the customer has no address."""
    _no_address_where(lambda response: response.status_code == 401)


@mutant(f"{BUSY}[hang up]")
def take_a_cut_connection_for_no_address() -> None:
    """A look-up whose connection is cut is over: the customer has no address."""
    _no_address_when_it_fails_by("ReadError", "WriteError", "ConnectError", "RemoteProtocolError")


@mutant(f"{BUSY}[be garbled]")
def take_garbage_for_no_address() -> None:
    """An answer of Gladly that is no JSON is an answer without an address."""
    _no_address_when_it_fails_by("JSONDecodeError")


@mutant(f"{BUSY}[keep silent]")
def take_silence_of_gladly_for_no_address() -> None:
    """A look-up that is not answered in time is over: the customer has no address."""
    _no_address_when_it_fails_by("ReadTimeout", "no answer")


@mutant(f"{OTHER}[answer two seconds late]")
def wait_a_second_for_gladly() -> None:
    """A look-up gets one second; after that the customer has no address."""
    set_rule(calls, "TIMEOUT", IMPATIENT)
    _no_address_when_it_fails_by("ReadTimeout", "no answer")


@mutant(f"{OTHER}[show a page of its edge]")
def take_a_page_at_gladlys_edge_for_a_refusal() -> None:
    """A page with 403 in front of Gladly is taken for a refusal of the token, which is not tried again before a restart."""

    @instead(Gladly, "addresses")
    def addresses(real: Any, self: Gladly, customer: str) -> Any:
        if getattr(self, "is_refused", False):
            raise Refused("status 403")
        try:
            return real(self, customer)
        except RetryLater as later:
            if "in front" not in str(later):
                raise
            self.is_refused = True  # type: ignore[attr-defined]
            raise Refused("status 403") from None


@mutant("test_gladly_sends_the_app_elsewhere")
def follow_redirects_with_credentials() -> None:
    """A redirect is followed wherever it leads, with Gladly's credentials."""

    def moved_to(_self: Gladly, _url: str, response: httpx.Response) -> str:
        return str(response.headers["Location"])

    set_rule(Gladly, "_moved_to", moved_to)


@mutant("test_gladly_gave_up_on_the_app")
def never_ask_what_was_missed() -> None:
    """What was raised while the webhook was deactivated is not asked for."""

    def look(self: CatchUp) -> None:
        self.due = None

    set_rule(CatchUp, "look", look)


@mutant("test_ten_conversations_with_a_refused_token")
def try_a_refused_token_with_every_look_up() -> None:
    """Each look-up is tried once with a token that was refused."""

    @instead(Gladly, "addresses")
    def addresses(real: Any, self: Gladly, customer: str) -> Any:
        try:
            return real(self, customer)
        except Refused as refused:
            raise RetryLater(str(refused), 60.0) from None
