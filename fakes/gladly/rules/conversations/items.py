"""The items of one organization by id: reading, redacting, and the activities that stand outside conversations."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.gladly.rules.conversations.recordings import erased, sound, transcript
from fakes.gladly.rules.conversations.timeline import ACTIVITY, Item
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, NotExistError, TakenError, raise_invalid
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.teams.directory import id_error
from fakes.gladly.rules.times import stamp

OLDEST_ACTIVITY: Final = timedelta(days=365)
REDACTABLE: Final = frozenset(
    {"CHAT_MESSAGE", "SMS", "EMAIL", "TWITTER", "WHATSAPP", "VOICEMAIL", "PHONE_CALL"}
)
"""The types whose content can be taken out (Gladly OpenAPI)."""

_TEXTS = ("content", "subject")


class Items:
    """Every line of every timeline of one organization."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        """Start with none."""
        self._clock = clock
        self._ids = ids
        self._by_id: dict[str, Item] = {}
        self._activities: dict[str, list[Item]] = {}

    def add(
        self, customer_id: str, conversation_id: str | None, by: Initiator, content: Mapping[str, Any]
    ) -> Item:
        """Write a line, now, and return it."""
        item = Item(self._ids.slugid(), customer_id, conversation_id, self._clock.now(), by, content)
        self._by_id[item.id] = item
        return item

    def __contains__(self, item_id: str) -> bool:
        """Say whether there is such an item."""
        return item_id in self._by_id

    def all(self) -> list[Item]:
        """Return all, in the order they came."""
        return list(self._by_id.values())

    def get(self, item_id: str) -> Item:
        """Return the item, or raise ``NotExistError`` (404: Gladly OpenAPI; its text inferred)."""
        if (item := self._by_id.get(item_id)) is None:
            raise NotExistError(ErrorDetail("not_exist", "conversation item does not exist"))
        return item

    def note(self, conversation_id: str, note_id: str) -> Item:
        """Return a note of the conversation, or raise ``NotExistError``."""
        item = self.get(note_id)
        if item.conversation_id != conversation_id or item.type != "CONVERSATION_NOTE":
            raise NotExistError(ErrorDetail("not_exist", "conversation note does not exist"))
        return item

    def check_activity(self, item_id: str | None, occurred_at: datetime | None) -> None:
        """Raise ``InvalidError`` or ``TakenError`` unless a new activity may have this id and time.

        The text for a taken id is the Gladly OpenAPI's, and so is the limit of a year, whose text is inferred.
        """
        errors = [bad] if item_id and (bad := id_error(item_id)) else []
        if occurred_at is not None and occurred_at < self._clock.now() - OLDEST_ACTIVITY:
            errors.append(
                ErrorDetail("invalid", "occurredAt cannot be older than 1 year", "content.occurredAt")
            )
        raise_invalid(errors)
        if item_id in self._by_id:
            raise TakenError(ErrorDetail("taken", "conversation item already exists", "newConversationItems"))

    def add_activity(
        self,
        customer_id: str,
        content: Mapping[str, Any],
        by: Initiator,
        *,
        item_id: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Item:
        """Put an activity on the customer's timeline, outside of any conversation. Raises as ``check_activity`` does.

        Its time is when it occurred, else now; ``receivedAt`` is always there (inferred from the Gladly OpenAPI).
        """
        self.check_activity(item_id, occurred_at)
        now = self._clock.now()
        occurred = {"occurredAt": stamp(occurred_at)} if occurred_at else {}
        full = {"type": ACTIVITY, **content, **occurred, "receivedAt": stamp(now)}
        item = Item(item_id or self._ids.slugid(), customer_id, None, occurred_at or now, by, full)
        self._by_id[item.id] = item
        self._activities.setdefault(customer_id, []).append(item)
        return item

    def delete(self, item_id: str, customer_id: str | None = None) -> None:
        """Forget an activity, of this customer if one is named; anything else raises ``NotExistError``.

        Only activities can be deleted (Gladly OpenAPI); that others are answered as if not there is inferred from
        404 being the only error documented.
        """
        item = self.get(item_id)
        if item.type != ACTIVITY or (customer_id is not None and item.customer_id != customer_id):
            raise NotExistError(ErrorDetail("not_exist", "conversation item does not exist"))
        del self._by_id[item_id]
        self._activities[item.customer_id].remove(item)

    def redact(self, item_id: str) -> Item:
        """Empty the item's texts and recording, for good; the item stays.

        Raises ``NotExistError``, or ``InvalidError`` for other types (inferred).
        """
        item = self.get(item_id)
        if item.type not in REDACTABLE:
            raise InvalidError(ErrorDetail("invalid", f"type [{item.type}] is not supported"))
        content = erased(item.content) if "recordingStatus" in item.content else item.content
        item.content = {name: "" if name in _TEXTS else value for name, value in content.items()}
        return item

    def recording(self, item_id: str) -> bytes:
        """Return the item's recording as an MP3, or raise ``NotExistError``, also when it has none."""
        return sound(self.get(item_id).content)

    def transcript(self, item_id: str) -> dict[str, Any]:
        """Return the item's voice transcript, or raise ``NotExistError``, also when it has none."""
        item = self.get(item_id)
        return transcript(item.customer_id, item.content, item.timestamp)

    def forget(self, items: Iterable[Item]) -> None:
        """Drop the items of a conversation that is no more."""
        for item in items:
            self._by_id.pop(item.id, None)

    def forget_customer(self, customer_id: str) -> None:
        """Drop the customer's activities."""
        self.forget(self._activities.pop(customer_id, ()))

    def move_customer(self, source_id: str, into_id: str) -> None:
        """Give the activities of one customer to another."""
        moved = self._activities.pop(source_id, [])
        for item in moved:
            item.customer_id = into_id
        if moved:
            self._activities.setdefault(into_id, []).extend(moved)
