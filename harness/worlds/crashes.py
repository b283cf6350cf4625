"""Crashes at every point between a webhook and its delivery: found by killing the app in one call after the other."""

from collections.abc import Callable

from harness.actors.api.faults import Trouble
from harness.app_ports import AppUnderTest
from harness.ports import Waiting
from harness.values import Customer
from harness.worlds.ledger import Ledger

MOST = 50
"""How many calls of one kind an app may need for what it is told in a round; more are no more points."""

Arm = Callable[[int], Trouble]
"""Arms trouble that is never answered, behind so many calls that are."""

Meet = Callable[[], tuple[Customer, Callable[[], object]]]
"""Makes a customer, and returns what is done with them then."""


class Crashes:
    """Kills the app, again and again, while something goes on."""

    def __init__(
        self, app: AppUnderTest, ledger: Ledger, wait: Waiting, advance: Callable[[float], None]
    ) -> None:
        """Kill ``app``; ``ledger`` tells when all is reported, ``advance`` moves time on by seconds."""
        self._app, self._ledger, self._wait, self._advance = app, ledger, wait, advance

    def in_each_call(self, arm: Arm, meet: Meet, until_repeated: float) -> int:
        """Kill the app in its first call, then in its second, and so on, until it needs no such call any more.

        Before each death there is a customer to tell of; after each the app is started again, and Gladly repeats itself
        after ``until_repeated`` seconds. Return in how many calls it was killed.
        """
        for number in range(MOST):
            customer, talk = meet()
            self._ledger.addresses(
                customer.id
            )  # asked before the trouble is armed, which is for the app alone
            trouble = arm(number)
            self._app.dies_in(trouble)
            talk()
            self._wait.until(self._is_over, bool, "the app is killed in a call, or tells everything")
            trouble.end()
            # What struck kills, though all may be told before the app is seen to be dead: the call was served.
            if not trouble.struck():
                self._app.lives_on()
                return number
            self._app.start_after_death()
            self._advance(until_repeated)
            self._wait.until(self._ledger.open_items, lambda left: not left, "the app tells everything")
        return MOST

    def _is_over(self) -> bool:
        return self._app.has_died() or not self._ledger.open_items()
