"""The files of an export job (names and fields Gladly OpenAPI).

They are made when they are asked for: of the job's time, but as things are then (a difference).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fakes.gladly.rules.conversations.timeline import Item
from fakes.gladly.rules.customers.customers import Customer
from fakes.gladly.rules.errors import ErrorDetail, NotExistError
from fakes.gladly.rules.teams.directory import Agent, Topic

Rows = Iterable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that an organization has of what can be exported, taken down at one moment."""

    agents: list[Agent]
    topics: list[Topic]
    customers: list[Customer]
    items: list[Item]


def rows(filename: str, contents: Contents, start: datetime, end: datetime) -> Rows:
    """Return the objects of a file, or raise ``NotExistError`` for a name that no file has (text inferred)."""
    if (make := _MAKERS.get(filename)) is None:
        raise NotExistError(ErrorDetail("not_exist", "export file does not exist"))
    return make(contents, start, end)


def _agents(contents: Contents, _start: datetime, _end: datetime) -> Rows:
    """Return all agents, whatever the time (inferred)."""
    return (agent.as_json() for agent in contents.agents)


def _topics(contents: Contents, _start: datetime, _end: datetime) -> Rows:
    """Return all topics, whatever the time (inferred)."""
    return (topic.as_json() for topic in contents.topics)


def _items(contents: Contents, start: datetime, end: datetime) -> Rows:
    """Return the items whose timestamp is within the time, the earliest first (order inferred)."""
    return (item.as_json() for item in _of_the_time(contents, start, end))


def _customers(contents: Contents, start: datetime, end: datetime) -> Rows:
    """Return who was changed within the time, or has an item in it (inferred)."""
    active = {item.customer_id for item in _of_the_time(contents, start, end)}
    return (
        customer_row(customer)
        for customer in contents.customers
        if customer.id in active or start <= customer.updated_at < end
    )


def _of_the_time(contents: Contents, start: datetime, end: datetime) -> list[Item]:
    found = [item for item in contents.items if start <= item.timestamp < end]
    return sorted(found, key=lambda item: item.timestamp)


def customer_row(customer: Customer) -> dict[str, Any]:
    """Return a customer as exported: addresses and numbers are plain texts here.

    Addresses are as entered and numbers normalized, as in the document's example; what is empty is absent (inferred).
    """
    optional = {
        "name": customer.name,
        "address": customer.address,
        "emailAddresses": [email.original for email in customer.emails],
        "phoneNumbers": list(dict.fromkeys(phone.normalized for phone in customer.phones)),
    }
    return {"id": customer.id} | {name: value for name, value in optional.items() if value}


_MAKERS: Final[Mapping[str, Callable[[Contents, datetime, datetime], Rows]]] = {
    "agents.jsonl": _agents,
    "conversation_items.jsonl": _items,
    "customers.jsonl": _customers,
    "topics.jsonl": _topics,
}
FILES: Final = tuple(_MAKERS)
