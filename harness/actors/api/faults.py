"""Trouble: what the fakes are asked to do wrong, on the way of the app, and whether it has come to that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.actors.api.tenant import Tenant
from harness.errors import NeverHappened
from harness.ports import Waiting

EVENT_CALLS = "POST /api/*"
UNTIL_ENDED = 100_000
WORDS = {
    "status": "answer with an error",
    "edge": "show a page of its edge",
    "throttle": "ask for a wait",
    "redirect": "lead elsewhere",
    "reset": "cut the connection",
    "lost": "lose a call without a word",
    "delay": "answer late",
    "timeout": "take a call and never answer",
    "truncate": "cut its answer off",
    "garbage": "answer with garbage",
    "duplicate": "say twice what happened",
    "reorder": "say late what happened",
    "drop": "never say what happened",
}
"""What trouble of a kind is, for people to read."""
MOST_MORE = 20
"""How often an app that tells of much in one call, and so makes few, is given more to tell of."""


@dataclass
class Trouble:
    """Trouble that was armed: ``what`` it is, for people to read, and how often it is to strike, at least."""

    what: str
    due: int
    number: int
    tenant: Tenant

    def struck(self) -> int:
        """Return how often it has struck, by the fake's own count."""
        counts = {one["id"]: one["struck"] for one in self.tenant.call("GET", "/faults")}
        return int(counts.get(self.number, 0))

    def end(self) -> None:
        """Disarm what is left of it, and of any other trouble at its system."""
        self.tenant.call("DELETE", "/faults")


class Faults:
    """Arms the faults of one account and one organization, and disarms them; what was armed has to strike.

    ``another_host`` is an address that is not Gladly's, for a redirect to lead to.
    """

    def __init__(self, klaviyo: Tenant, gladly: Tenant, wait: Waiting, another_host: str = "") -> None:
        """Begin with none; wait by ``wait``."""
        self._klaviyo, self._gladly, self._wait = klaviyo, gladly, wait
        self.another_host = another_host
        self._armed: list[Trouble] = []

    def at_klaviyo(
        self, kind: str, *, times: int = 1, route: str = EVENT_CALLS, is_due: bool = True, **how: Any
    ) -> Trouble:
        """Let the next ``times`` calls with events be answered wrongly, by ``kind``; ``how`` says the fault's other fields.

        It has to come to that where it ``is_due``.
        """
        due = times if is_due else 0
        return self._arm("Klaviyo", {"route": route, "kind": kind, "times": times, **how}, due)

    def at_gladly(self, route: str, kind: str, *, times: int = 1, is_due: bool = True, **how: Any) -> Trouble:
        """Let the next webhooks of an event type, or the next calls of a route, go wrong by ``kind``."""
        due = times if is_due else 0
        return self._arm("Gladly", {"route": route, "kind": kind, "times": times, **how}, due)

    def klaviyo_goes_down(self, **how: Any) -> Trouble:
        """Let every call with events be refused until ``end_at_klaviyo``; at least one has to be."""
        down = {"route": EVENT_CALLS, "kind": "status", "times": UNTIL_ENDED, **how}
        return self._arm("Klaviyo", down, 1)

    def gladly_goes_down(self, route: str, **how: Any) -> Trouble:
        """Let every call of ``route`` be refused until ``end_at_gladly``; at least one has to be."""
        return self._arm("Gladly", {"route": route, "kind": "status", "times": UNTIL_ENDED, **how}, 1)

    def may_strike_at_klaviyo(self, kind: str, *, route: str, **how: Any) -> None:
        """Let every call of ``route`` go wrong from now on, should there be one."""
        self._arm("Klaviyo", {"route": route, "kind": kind, "times": UNTIL_ENDED, **how}, 0)

    def at_klaviyo_once_up(self, kind: str, **how: Any) -> Trouble:
        """End what is armed at Klaviyo and arm ``kind`` in its stead, so that the next call already meets it."""
        self.wait_until_struck()
        trouble = self.at_klaviyo(kind, **how)
        self._klaviyo.call("DELETE", f"/faults?but={trouble.number}")
        return trouble

    def end_at_klaviyo(self) -> None:
        """Disarm all that are left at Klaviyo, once they have struck."""
        self.wait_until_struck()
        self._klaviyo.call("DELETE", "/faults")

    def end_at_gladly(self) -> None:
        """Disarm all that are left at Gladly, once they have struck."""
        self.wait_until_struck()
        self._gladly.call("DELETE", "/faults")

    def wait_until_struck(self) -> None:
        """Return when all that is armed has struck as often as it is to; ``NeverHappened`` when it never does."""
        last = self._wait.until(self.never_struck, lambda left: not left, "the trouble strikes")
        if not last.in_time:
            raise NeverHappened("; ".join(last.value))

    def make_strike(self, more: Callable[[], object]) -> None:
        """Do ``more`` as often as the app comes to rest, until all that is armed has struck; give up at last."""
        for _ in range(MOST_MORE):
            if self.never_struck():
                self._wait.until_quiet()
            if not self.never_struck():
                return
            more()

    def never_struck(self) -> list[str]:
        """Return, for people to read, which trouble has struck less often than it was said to."""
        return [
            f"{one.what}, {one.due} x; it has come to that {struck} x: "
            "what this scenario is about has not happened, for the app made no such call"
            for one in self._armed
            if one.due and (struck := one.struck()) < one.due
        ]

    def _arm(self, system: str, fault: dict[str, Any], due: int) -> Trouble:
        tenant = self._klaviyo if system == "Klaviyo" else self._gladly
        number = tenant.call("POST", "/faults", fault)["id"]
        what = f"{system} was to {WORDS[fault['kind']]} at {fault['route']}"
        self._armed.append(Trouble(what, due, number, tenant))
        return self._armed[-1]
