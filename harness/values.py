"""The values that people and systems exchange, as plain data. Times are aware datetimes in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

HARNESS = "gladly-klaviyo-harness"
"""What the harness calls itself in the calls it makes: they are nobody else's."""


class Secret(str):
    """A key or password. Where values are shown rather than used, as in the traceback of a failed test, it is not."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Say that there is something, not what."""
        return "'[secret]'" if self else "''"


@dataclass(frozen=True)
class Credentials:
    """A user name and a password."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Login:
    """Somebody who can sign in at ``url``."""

    url: str
    email: str
    password: str = field(repr=False)


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
class MetricView:
    """What a view of a metric shows: how many events or people it counts, and whom it names, by their addresses."""

    count: int
    people: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Picture:
    """A picture that was kept, and the page that it shows, in words."""

    path: Path
    page: str
