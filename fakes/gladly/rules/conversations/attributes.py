"""Custom attributes of conversations, which the workspace calls freeform topics: their definitions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.gladly.rules.errors import ErrorDetail, NotExistError
from fakes.gladly.rules.times import stamp


@dataclass(frozen=True, slots=True)
class Attribute:
    """A definition: clients name it by ``key``, conversations carry its ``id`` with a value."""

    id: str
    key: str
    label: str
    deactivated: bool
    created_at: datetime
    created_by: str

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "key", "label", "deactivated", "createdAt", "createdBy"}`` (Gladly OpenAPI)."""
        return {
            "id": self.id,
            "key": self.key,
            "label": self.label,
            "deactivated": self.deactivated,
            "createdAt": stamp(self.created_at),
            "createdBy": self.created_by,
        }


class Attributes:
    """The definitions of one organization."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        """Start with none."""
        self._clock = clock
        self._ids = ids
        self._by_id: dict[str, Attribute] = {}

    def define(self, key: str, label: str, by: str, *, deactivated: bool = False) -> Attribute:
        """Add a definition made by the user ``by``."""
        attribute = Attribute(self._ids.slugid(), key, label, deactivated, self._clock.now(), by)
        self._by_id[attribute.id] = attribute
        return attribute

    def all(self) -> list[Attribute]:
        """Return all, in the order they came."""
        return list(self._by_id.values())

    def get(self, attribute_id: str) -> Attribute:
        """Return the definition, or raise ``NotExistError`` with Gladly's text (Gladly OpenAPI)."""
        if (attribute := self._by_id.get(attribute_id)) is None:
            raise NotExistError(ErrorDetail("not_exist", f"custom attribute {attribute_id} does not exist"))
        return attribute

    def by_key(self, key: str) -> Attribute | None:
        """Return the definition with this key, or None."""
        return next((each for each in self._by_id.values() if each.key == key), None)

    def unknown(self, keys: Iterable[str]) -> list[ErrorDetail]:
        """Return an error for every key without a definition (inferred from the answer's published shape)."""
        return [
            ErrorDetail("not_exist", f"custom attribute {key} does not exist")
            for key in dict.fromkeys(keys)
            if self.by_key(key) is None
        ]

    def deactivated(self, keys: Iterable[str]) -> list[ErrorDetail]:
        """Return an error for every key whose definition is deactivated (inferred)."""
        return [
            ErrorDetail("invalid_state", f"custom attribute {key} is deactivated")
            for key in dict.fromkeys(keys)
            if (attribute := self.by_key(key)) is not None and attribute.deactivated
        ]
