"""What is put on a conversation without being said in it: topics, custom attributes, notes."""

from collections.abc import Sequence

from fakes.gladly.rules.conversations import timeline
from fakes.gladly.rules.conversations.attributes import Attributes
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.conversations.record import Record
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, NotExistError, raise_invalid
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Initiator
from fakes.gladly.rules.teams.directory import Topics

Pair = tuple[str, str]


class Annotations:
    """Annotations for the conversations of one organization."""

    def __init__(self, record: Record, topics: Topics, attributes: Attributes) -> None:
        """Label with these topics and attributes."""
        self._record = record
        self._topics = topics
        self._attributes = attributes

    def add_topics(self, conversation: Conversation, topic_ids: list[str], by: Initiator) -> None:
        """Put topics on a conversation that is not closed (vendor docs); those it has are passed over (Gladly OpenAPI).

        A disabled topic cannot be applied (Gladly OpenAPI); how these are refused is inferred. One event per topic.
        """
        _require_open(conversation)
        found = [self._topics.find(each) for each in topic_ids]
        if any(topic is None or topic.disabled for topic in found):
            raise InvalidError(ErrorDetail("invalid", "topic does not exist or is disabled", "topicIds"))
        added = [each for each in dict.fromkeys(topic_ids) if each not in conversation.topic_ids]
        if not added:
            return
        conversation.topic_ids += added
        self._record.note(conversation, by, timeline.topic_change(added=added))
        for topic_id in added:
            self._record.happened(event_types.TOPIC_ADDED, conversation, by, topicId=topic_id)

    def remove_topic(self, conversation: Conversation, topic_id: str, by: Initiator) -> None:
        """Take a topic off a conversation that is not closed. Raises ``NotExistError`` if it is not on (inferred)."""
        _require_open(conversation)
        if topic_id not in conversation.topic_ids:
            raise NotExistError(ErrorDetail("not_exist", "topic does not exist on conversation"))
        conversation.topic_ids.remove(topic_id)
        self._record.note(conversation, by, timeline.topic_change(removed=[topic_id]))
        self._record.happened(event_types.TOPIC_REMOVED, conversation, by, topicId=topic_id)

    def change_attributes(
        self, conversation: Conversation, add: Sequence[Pair], remove: Sequence[Pair], by: Initiator
    ) -> None:
        """Put pairs of key and value on and take others off; what is on, or is not, is passed over (Gladly OpenAPI).

        Raises ``InvalidError`` for an unknown key, a deactivated one to be put on, and a closed conversation (all
        inferred). Additions come first (inferred). One event per pair.
        """
        _require_open(conversation)
        raise_invalid(
            [
                *self._attributes.unknown(key for key, _ in [*add, *remove]),
                *self._attributes.deactivated(key for key, _ in add),
            ]
        )
        for key, value in add:
            self._add_attribute(conversation, key, value, by)
        for key, value in remove:
            self._remove_attribute(conversation, key, value, by)

    def add_note(self, conversation: Conversation, body: str, by: Initiator) -> timeline.Item:
        """Write a note, also into a closed conversation (inferred), or raise ``InvalidError`` when it is blank."""
        if not body.strip():
            raise InvalidError(ErrorDetail("blank", "content.body cannot be blank", "content.body"))
        note = self._record.note(conversation, by, {"type": timeline.NOTE, "body": body})
        self._record.told(event_types.NOTE_CREATED, conversation, by, noteId=note.id)
        return note

    def _add_attribute(self, conversation: Conversation, key: str, value: str, by: Initiator) -> None:
        attribute = self._attributes.by_key(key)
        if attribute is None or (attribute.id, value) in conversation.attributes:
            return
        conversation.attributes.append((attribute.id, value))
        self._tell(event_types.ATTRIBUTE_ADDED, conversation, (attribute.id, key, value), by)

    def _remove_attribute(self, conversation: Conversation, key: str, value: str, by: Initiator) -> None:
        attribute = self._attributes.by_key(key)
        if attribute is None or (attribute.id, value) not in conversation.attributes:
            return
        conversation.attributes.remove((attribute.id, value))
        self._tell(event_types.ATTRIBUTE_REMOVED, conversation, (attribute.id, key, value), by)

    def _tell(self, kind: str, conversation: Conversation, what: tuple[str, str, str], by: Initiator) -> None:
        names = ("customAttributeId", "customAttributeKey", "customAttributeValue")
        self._record.told(kind, conversation, by, **dict(zip(names, what, strict=True)))


def _require_open(conversation: Conversation) -> None:
    if conversation.is_closed:
        raise InvalidError(ErrorDetail("invalid_state", "topics cannot be changed on a closed conversation"))
