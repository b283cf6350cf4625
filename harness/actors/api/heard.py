"""What was heard of the app last, to tell how long more may still take to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import httpx

CUSTOMERS = "/api/v1/customer-profiles/"
GIVES_UP_WITHIN = 20.0
"""Seconds after which a call without an answer is given up, by the contract."""
_WITHOUT_ANSWER = frozenset({"timeout", "lost", "delay"})


@dataclass(frozen=True)
class Heard:
    """How many things were ``heard`` of the app, and why it may be quiet now.

    ``failures`` is how many calls in a row came to nothing at one system, ``is_told_to_wait`` whether a system has asked
    for a wait or is still about to tell the app something, ``is_unanswered`` whether a call of its own may still be open.
    """

    heard: int
    failures: int
    is_told_to_wait: bool
    is_unanswered: bool

    def quiet_for(self, quiet: float) -> float | None:
        """Return after how many seconds without a sign nothing more can come; None when that cannot be said.

        ``quiet`` is how long an app that has nothing to wait for may take. One that has failed waits longer each time.
        """
        if self.is_told_to_wait:
            return None
        once_more: float = quiet * 2 ** max(0, self.failures - 1)
        return once_more + GIVES_UP_WITHIN * self.is_unanswered


def hear(klaviyo: list[Any], gladly: list[Any], is_untold: bool) -> Heard:
    """Return what entries of the two journals tell, of the kinds ``request``, ``fault`` and ``delivery``.

    Those of Klaviyo's are the app's alone. ``is_untold`` is whether there is something that Gladly has not yet tried to say.
    """
    at_gladly = [one for one in gladly if asks_for_a_customer(one)]
    told = sum(one["kind"] == "delivery" for one in gladly)
    sides = (klaviyo, at_gladly)
    return Heard(
        heard=len(klaviyo) + len(at_gladly) + told,
        failures=max(map(_failures, sides)),
        is_told_to_wait=is_untold or any(_status(side) == httpx.codes.TOO_MANY_REQUESTS for side in sides),
        is_unanswered=any(bool(side) and side[-1]["details"]["fault"] in _WITHOUT_ANSWER for side in sides),
    )


def asks_for_a_customer(entry: Any) -> bool:
    """Say whether an entry of Gladly's journal is a question for a customer, which nobody but the app asks by itself."""
    about = entry["details"]
    return about.get("method") == "GET" and str(about.get("path", "")).startswith(CUSTOMERS)


def _failures(entries: Iterable[Any]) -> int:
    """Return how many came to nothing in a row, at the end; of a fault and the request it spoiled, one counts."""
    last = list(takewhile(_came_to_nothing, reversed(list(entries))))
    faults = len([one for one in last if one["kind"] == "fault"])
    return max(faults, len(last) - faults)


def _came_to_nothing(entry: Any) -> bool:
    about = entry["details"]
    status: int = about.get("status", 0)
    return bool(about["fault"]) or status >= int(httpx.codes.INTERNAL_SERVER_ERROR)


def _status(entries: list[Any]) -> int:
    """Return the status of the last answer."""
    requests = [one for one in entries if one["kind"] == "request"]
    return int(requests[-1]["details"]["status"]) if requests else 0
