"""Mistakes with what Klaviyo answers, or does not: one kind of trouble each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx

from integration import calls, klaviyo
from integration.answers import Refused, Rejected, RetryLater
from integration.dispatcher import Dispatcher
from integration.klaviyo import Klaviyo
from integration.outbox import Event, Outbox, Webhook
from tests.mutants.registry import instead, mutant, set_rule

SAYS_NOTHING = "test_an_answer_that_says_nothing_of_the_event"
TROUBLE = "test_klaviyo_is_in_trouble"
FOR_EVER = 300.0
HALF_AN_HOUR, A_DAY = 1_800.0, 86_400.0
ROOM = 8
NO_ANSWER = ("ReadTimeout", "no answer")


def _is_page(response: httpx.Response) -> bool:
    return "html" in response.headers.get("Content-Type", "")


def _final_where(says_so: Callable[[httpx.Response], bool]) -> None:
    @instead(klaviyo, "later_if_busy")
    def later_if_busy(real: Any, response: httpx.Response, now: float) -> None:
        if says_so(response):
            raise Rejected(f"status {response.status_code}")
        real(response, now)


def _taken_where(says_so: Callable[[httpx.Response], bool]) -> None:
    @instead(Klaviyo, "_post")
    def post(real: Any, self: Any, path: str, **request: Any) -> httpx.Response:
        seen: list[httpx.Response] = []
        ask = self._calls.ask

        def look(*given: Any, **named: Any) -> httpx.Response:
            seen.append(ask(*given, **named))
            return seen[-1]

        self._calls.ask = look
        try:
            response: httpx.Response = real(self, path, **request)
        except RetryLater:
            if not seen or not says_so(seen[-1]):
                raise
            response = seen[-1]
        finally:
            self._calls.ask = ask
        if says_so(response):
            response.status_code = 202
        return response


@mutant(f"{SAYS_NOTHING}[say that something went wrong]")
def take_500_for_final() -> None:
    """500 is taken for a bad event, which is not sent again."""
    _final_where(lambda response: response.status_code == 500)


@mutant(f"{SAYS_NOTHING}[say that its gateway is bad]")
def take_502_for_final() -> None:
    """502 is not in the list of what is tried again."""
    _final_where(lambda response: response.status_code == 502)


@mutant(f"{SAYS_NOTHING}[say that its gateway has waited in vain]")
def take_504_for_taken() -> None:
    """504 is taken for "it will get there": the event counts as sent."""
    _taken_where(lambda response: response.status_code == 504)


@mutant(f"{SAYS_NOTHING}[show a page that it is unavailable]")
def try_again_only_what_is_json() -> None:
    """503 is tried again only when it is in Klaviyo's own JSON."""
    _final_where(lambda response: response.status_code == 503 and _is_page(response))


@mutant(f"{SAYS_NOTHING}[show a page that says come back]")
def take_a_page_with_200_for_success() -> None:
    """A whole page with 200 counts as success."""
    _taken_where(lambda response: response.status_code == 200 and response.text.endswith("</html>\n"))


@mutant(f"{SAYS_NOTHING}[answer with garbage]", f"{SAYS_NOTHING}[show a page that says come back]")
def take_any_2xx_for_success() -> None:
    """Any 2xx counts as success, whoever it comes from."""
    _taken_where(lambda response: response.is_success)


@mutant(f"{SAYS_NOTHING}[answer with garbage]")
def take_what_cannot_be_read_for_success() -> None:
    """An answer with 200 that cannot be read to its end is logged and passed over: the event counts as sent."""
    _taken_where(lambda response: response.status_code == 200 and not response.text.strip().endswith(">"))


@mutant(f"{SAYS_NOTHING}[lose the event without a word]")
def take_silence_for_success() -> None:
    """A call that is not answered in time is thought to have arrived."""

    @instead(Klaviyo, "send")
    def send(real: Any, self: Klaviyo, event: Event, *, in_conversation: bool) -> None:
        try:
            real(self, event, in_conversation=in_conversation)
        except RetryLater as later:
            if not str(later).startswith(NO_ANSWER):
                raise


def _another_id_after(*why: str) -> None:
    """Let what failed by ``why`` be sent again under another unique id."""
    failed: dict[str, int] = {}

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Klaviyo, event: Event, *others: Any) -> None:
        again = failed.get(event.id)
        try:
            real(self, replace(event, id=f"{event.id}-{again}") if again else event, *others)
        except RetryLater as later:
            if str(later).startswith(why):
                failed[event.id] = failed.get(event.id, 0) + 1
            raise


@mutant(f"{TROUBLE}[keep silent once]")
def another_id_after_silence() -> None:
    """What was not answered in time is sent again under a new unique id."""
    _another_id_after(*NO_ANSWER)


@mutant(f"{TROUBLE}[take the event but lose the answer]")
def another_id_after_half_an_answer() -> None:
    """What was answered by half is sent again under a new unique id."""
    _another_id_after("RemoteProtocolError")


@mutant(f"{TROUBLE}[hang up once]")
def never_send_again_after_a_reset() -> None:
    """A connection that is cut is no answer to wait for: the event is given up."""

    @instead(Klaviyo, "_create_event")
    def create(real: Any, self: Klaviyo, *given: Any) -> None:
        try:
            real(self, *given)
        except RetryLater as later:
            if str(later) in {"ReadError", "WriteError"}:
                raise Rejected(str(later)) from None
            raise


@mutant(f"{TROUBLE}[keep silent once]")
def have_no_timeout() -> None:
    """A call to Klaviyo may take five minutes."""
    set_rule(calls, "TIMEOUT", FOR_EVER)


@mutant(f"{TROUBLE}[fail twice]")
def try_again_only_once() -> None:
    """What has failed twice is given up."""

    @instead(Dispatcher, "_postpone")
    def postpone(real: Any, self: Any, item: Webhook | Event, later: RetryLater) -> None:
        if isinstance(item, Event) and item.attempts >= 1:
            self._outbox.close_event(item, "rejected")
        else:
            real(self, item, later)


@mutant(f"{TROUBLE}[fail twice]", "test_klaviyo_is_not_reached[an error page]")
def give_up_on_trouble() -> None:
    """An event that could not be sent at once is thrown away."""

    @instead(Dispatcher, "_postpone")
    def postpone(real: Any, self: Any, item: Webhook | Event, later: RetryLater) -> None:
        if isinstance(item, Event):
            self._outbox.close_event(item, "rejected")
        else:
            real(self, item, later)


@mutant("test_klaviyo_is_not_reached[a challenge]")
def take_a_challenge_for_a_refusal() -> None:
    """A page with 403 in front of Klaviyo is taken for a refusal of the key, which is not tried again before a restart."""

    @instead(klaviyo, "later_if_not_from_the_api")
    def later(real: Any, response: httpx.Response) -> None:
        if response.status_code != 403:
            real(response)

    @instead(Klaviyo, "send")
    def send(real: Any, self: Any, event: Event, *, in_conversation: bool) -> None:
        if getattr(self, "is_refused", False):
            raise Refused("status 403")
        try:
            real(self, event, in_conversation=in_conversation)
        except Refused:
            self.is_refused = True
            raise


@mutant("test_klaviyo_is_not_reached[an error page]")
def know_only_the_statuses_of_the_standard() -> None:
    """5xx above 511 is in no list, so it is taken for a bad event."""
    _final_where(lambda response: response.status_code > 511)


@mutant("test_klaviyo_is_down_for_an_hour", world="memory")
def give_up_after_half_an_hour() -> None:
    """An event that could not be sent for half an hour is given up."""
    _give_up_after(HALF_AN_HOUR)


@mutant("test_klaviyo_is_down_for_three_days", world="memory")
def give_up_after_a_day() -> None:
    """An event that could not be sent for a day is given up."""
    _give_up_after(A_DAY)


def _give_up_after(seconds: float) -> None:
    @instead(Dispatcher, "_postpone")
    def postpone(real: Any, self: Any, item: Webhook | Event, later: RetryLater) -> None:
        if isinstance(item, Event) and self._now() - item.at > seconds:
            self._outbox.close_event(item, "rejected")
        else:
            real(self, item, later)


def _room_for(most: int) -> None:
    @instead(Outbox, "address")
    def address(real: Any, self: Outbox, found: Webhook, emails: list[str]) -> None:
        _, owed, _ = self.counts()
        real(self, found, emails[: max(0, most - owed)])


@mutant("test_several_events_are_owed", world="memory")
def keep_eight_events() -> None:
    """The queue of what is owed has room for eight events; what comes then is dropped."""
    _room_for(ROOM)


@mutant("test_more_is_owed_than_klaviyo_takes_in_a_second", world="memory")
def keep_as_many_as_klaviyo_takes_in_a_second() -> None:
    """The queue of what is owed has room for as many events as Klaviyo takes in a second."""
    _room_for(350)
