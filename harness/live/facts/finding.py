"""Where the calls of the script find ids: in answers to other calls of it."""

from collections.abc import Callable
from typing import Any, Final

from harness.errors import Undecided
from harness.live.facts import gladly_calls as gladly
from harness.live.facts import klaviyo_calls as klaviyo
from harness.live.facts.answer import Answer, field_of, some
from harness.live.facts.call import Call

Ask = Callable[[Call], Answer]
Finder = Callable[[Ask], str]


def _metric(ask: Ask) -> str:
    return str(some(ask(klaviyo.METRICS).data, "metrics")["id"])


def _event(ask: Ask) -> str:
    return str(some(ask(klaviyo.NEWEST_EVENT).data, "events")["id"])


def _profile(ask: Ask) -> str:
    return str(some(ask(klaviyo.PROFILES).data, "profiles")["id"])


def _agent(ask: Ask) -> str:
    return str(some(ask(gladly.AGENTS).json, "agents")["id"])


def _subject(ask: Ask) -> Any:
    """Return the ids of a conversation: of the last that was closed, as it has most to show, else of the last."""
    wanted = ("CONVERSATION/REOPENED", "CONVERSATION/CREATED", "CONVERSATION/CLOSED")
    found = [one for one in ask(gladly.EVENTS).lines if one.get("type") in wanted]
    found.sort(key=lambda one: (one["type"] == wanted[-1], one["timestamp"]), reverse=True)
    return field_of(some(found, "conversations of the last day"), "content")


def _conversation(ask: Ask) -> str:
    return str(_subject(ask)["conversationId"])


def _customer(ask: Ask) -> str:
    return str(_subject(ask)["customerId"])


def _item(ask: Ask) -> str:
    return str(some(ask(gladly.ITEMS).json, "items in the conversation")["id"])


def _merged(ask: Ask) -> str:
    for one in ask(gladly.EVENTS).lines:
        if one.get("type") == "CUSTOMER/MERGED":
            return str(field_of(one, "content", "sourceCustomerId"))
    raise Undecided("no customer was merged in the last day")


FINDERS: Final[dict[str, Finder]] = {
    "metric": _metric,
    "event": _event,
    "profile": _profile,
    "agent": _agent,
    "conversation": _conversation,
    "customer": _customer,
    "item": _item,
    "merged": _merged,
}
