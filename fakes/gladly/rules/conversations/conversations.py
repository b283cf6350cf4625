"""Conversations: how one begins, is joined, answered, closed and reopened, and which events each step raises, in order.

============================== ===========================================================================
step                           events, in this order (pairing and order inferred; names Gladly OpenAPI)
============================== ===========================================================================
customer begins                CONVERSATION/CREATED, CONTACT/STARTED, CONTACT/MESSAGE_RECEIVED
agent begins                   CONVERSATION/CREATED (, CONTACT/STARTED, CONTACT/MESSAGE_SENT)
Gladly routes                  CONVERSATION_ASSIGNEE/UPDATED (AUTOMATED_ASSIGNMENT)
customer writes, open          (CONTACT/STARTED if none is active on the channel,) CONTACT/MESSAGE_RECEIVED
customer writes, waiting       CONVERSATION_STATUS/UPDATED, CONTACT/STARTED, CONTACT/MESSAGE_RECEIVED
customer writes within window  CONVERSATION/REOPENED, CONVERSATION_STATUS/UPDATED, CONTACT/STARTED,
                               CONTACT/MESSAGE_RECEIVED
agent or API answers           (CONVERSATION_ASSIGNEE/UPDATED (MESSAGE_OUTBOUND) if no agent has it, CONTACT/STARTED,)
                               CONTACT/MESSAGE_SENT, CONTACT/FULFILLED and CONTACT/ENDED for each contact,
                               CONVERSATION_STATUS/UPDATED
close                          CONVERSATION/CLOSED, CONVERSATION_STATUS/UPDATED, CONTACT/ENDED for each contact
agent or API reopens           CONVERSATION/REOPENED, CONVERSATION_STATUS/UPDATED (, CONVERSATION_ASSIGNEE/UPDATED
                               (MESSAGE_OUTBOUND), CONTACT/STARTED, CONTACT/MESSAGE_SENT)
note, topics, attributes       CONVERSATION/NOTE_CREATED, CONVERSATION/TOPIC_ADDED or TOPIC_REMOVED for each,
                               CONVERSATION/CUSTOM_ATTRIBUTE_ADDED and then _REMOVED for each
two open ones are merged       CONTACT/ENDED (MERGED), CUSTOMER/MERGED, CUSTOMER_PROFILE/MERGED
============================== ===========================================================================
"""

from datetime import timedelta

from fakes.gladly.rules.conversations import timeline
from fakes.gladly.rules.conversations.conversation import Conversation, Status
from fakes.gladly.rules.conversations.record import Record, Write
from fakes.gladly.rules.customers.customers import Customer
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, NotExistError, raise_invalid
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Assignee, Initiator
from fakes.gladly.rules.switches import Switches

TOPICS_REQUIRED = "topics are required before closing of conversation"
_NOTHING_SAID = timeline.Message()


class Conversations:
    """The conversations of one organization. A customer has at most one that is not closed (vendor help)."""

    def __init__(self, record: Record, switches: Switches) -> None:
        """Start with none."""
        self._record = record
        self._switches = switches
        self._by_id: dict[str, Conversation] = {}
        self._by_customer: dict[str, list[Conversation]] = {}

    def get(self, conversation_id: str) -> Conversation:
        """Return the conversation, or raise ``NotExistError`` with Gladly's text (Gladly OpenAPI)."""
        if (conversation := self._by_id.get(conversation_id)) is None:
            raise NotExistError(ErrorDetail("not_exist", "conversation does not exist"))
        return conversation

    def find(self, conversation_id: str) -> Conversation | None:
        """Return the conversation, or None."""
        return self._by_id.get(conversation_id)

    def of_customer(self, customer_id: str) -> list[Conversation]:
        """Return all conversations of the customer, the oldest first."""
        return list(self._by_customer.get(customer_id, ()))

    def not_closed(self, customer_id: str) -> Conversation | None:
        """Return the customer's open or waiting conversation, or None."""
        return next((each for each in self.of_customer(customer_id) if not each.is_closed), None)

    def assigned_to(self, agent_id: str) -> list[Conversation]:
        """Return what is the agent's and not closed, in the order it came."""
        return [
            each for each in self._by_id.values() if each.assignee.agent_id == agent_id and not each.is_closed
        ]

    def new(self) -> list[Conversation]:
        """Return what no agent has and is not closed, in the order it came: the tab New (vendor help)."""
        return [each for each in self._by_id.values() if each.is_new]

    def latest_closed(self, customer_id: str) -> Conversation | None:
        """Return the customer's conversation that was closed last, or None."""
        closed = [(each.closed_at, each) for each in self.of_customer(customer_id) if each.closed_at]
        return max(closed, key=lambda pair: pair[0])[1] if closed else None

    def recently_closed(self, customer_id: str) -> Conversation | None:
        """Return the conversation closed last if that was less than the reopen window ago, or None."""
        latest = self.latest_closed(customer_id)
        if latest is None or latest.closed_at is None:
            return None
        window = timedelta(hours=self._switches.reopen_window_hours)
        return latest if self._record.now() - latest.closed_at < window else None

    def begin(self, customer: Customer, by: Initiator, assignee: Assignee) -> Conversation:
        """Begin a new conversation of which nothing is said yet, or raise ``InvalidError`` if one is not closed.

        An agent's begins before their first message is sent, and stays if it never is (vendor help).
        """
        if self.not_closed(customer.id) is not None:
            raise InvalidError(ErrorDetail("invalid_state", "customer already has an open conversation"))
        record = self._record
        conversation = Conversation(record.new_id(), customer.id, record.now(), assignee)
        self._by_id[conversation.id] = conversation
        self._by_customer.setdefault(customer.id, []).append(conversation)
        record.note(conversation, by, timeline.status_change("OPEN"))
        record.happened(event_types.CONVERSATION_CREATED, conversation, by)
        return conversation

    def say(
        self,
        conversation: Conversation,
        customer: Customer,
        by: Initiator,
        what: timeline.Message = _NOTHING_SAID,
    ) -> timeline.Item:
        """Write a message into a conversation; neither status nor assignee change. Raises ``InvalidError``."""
        return self._record.said(conversation, customer, by, what)

    def receive(
        self, customer: Customer, assignee: Assignee, what: timeline.Message = _NOTHING_SAID
    ) -> tuple[Conversation, bool]:
        """Take in a message of the customer and return its conversation and whether that was reopened by it.

        It joins the conversation that is not closed; else reopens the one closed last if that was less than the
        reopen window ago; else begins a new one with ``assignee`` (vendor help; that the window runs from the
        closing, and that its last moment is outside, is inferred).
        """
        by = Initiator.customer(customer.id)
        timeline.channel_for(customer, what.channel)
        conversation = self.not_closed(customer.id)
        if reopened := conversation is None:
            conversation = self.recently_closed(customer.id)
        if conversation is None:
            conversation, reopened = self.begin(customer, by, assignee), False
        elif reopened:
            self.reopen(conversation, by)
        self._record.to_status(conversation, Status.OPEN)
        self.say(conversation, customer, by, what)
        return conversation, reopened

    def answer(
        self,
        conversation: Conversation,
        customer: Customer,
        agent_id: str,
        what: timeline.Message = _NOTHING_SAID,
    ) -> timeline.Item:
        """Let the agent answer: the contacts end and the conversation waits for the customer.

        Raises ``InvalidError`` when it is closed. One that no agent has becomes theirs (inferred from what the
        Gladly OpenAPI says of replies).
        """
        by = Initiator.agent(agent_id)
        timeline.channel_for(customer, what.channel)
        self._before_answer(conversation, agent_id, by)
        item = self.say(conversation, customer, by, what)
        self._record.answered(conversation, by)
        return item

    def reply(
        self, conversation: Conversation, user_id: str, by: Initiator, channel: str, write: Write
    ) -> timeline.Item:
        """Let an API user answer on ``channel`` with what ``write`` makes; see ``answer``."""
        self._before_answer(conversation, user_id, by)
        item = self._record.wrote(conversation, by, channel, write)
        self._record.answered(conversation, by)
        return item

    def _before_answer(self, conversation: Conversation, user_id: str, by: Initiator) -> None:
        if conversation.is_closed:
            raise InvalidError(ErrorDetail("invalid", "you cannot reply to items in closed conversations"))
        if conversation.assignee.agent_id is None:
            assignee = Assignee(conversation.assignee.inbox_id, user_id)
            self._record.assign(conversation, assignee, by, "MESSAGE_OUTBOUND")

    def closing_errors(self, conversation: Conversation, *, force: bool) -> list[ErrorDetail]:
        """Return all that forbids closing now (Gladly OpenAPI). That ``force`` cannot replace a topic is inferred."""
        errors = []
        if self._switches.topic_required_to_close and not conversation.topic_ids:
            errors.append(ErrorDetail("invalid_state", TOPICS_REQUIRED))
        if conversation.awaits_reply and not force:
            detail = (
                "cannot close conversation, customer waiting for response,"
                " set 'status.force' to true to override"
            )
            errors.append(ErrorDetail("invalid_state", detail))
        return errors

    def close(self, conversation: Conversation, by: Initiator, *, force: bool = False) -> None:
        """Close it, or raise ``InvalidError``. Closing what is closed does nothing and raises no event (inferred)."""
        if conversation.is_closed:
            return
        raise_invalid(self.closing_errors(conversation, force=force))
        self._close(conversation, by)

    def close_by_rule(self, conversation: Conversation, rule: Initiator) -> None:
        """Let a Rule close it (vendor help). What people must see to before closing does not hold it (inferred)."""
        if not conversation.is_closed:
            self._close(conversation, rule)

    def _close(self, conversation: Conversation, by: Initiator) -> None:
        answered = not conversation.awaits_reply
        conversation.status, conversation.closed_at = Status.CLOSED, self._record.now()
        conversation.awaits_reply = False
        self._record.note(conversation, by, timeline.status_change("CLOSED"))
        self._record.happened(event_types.CONVERSATION_CLOSED, conversation, by)
        self._record.status_updated(conversation)
        status = "ANSWERED" if answered else "UNANSWERED"
        self._record.end_contacts(conversation, by, status=status, reason="CONVERSATION_CLOSED")

    def reopening_errors(self, conversation: Conversation) -> list[ErrorDetail]:
        """Return what forbids reopening now: another conversation of the customer that is not closed (inferred)."""
        other = self.not_closed(conversation.customer_id)
        if other is None or other is conversation:
            return []
        return [ErrorDetail("invalid_state", "customer already has an open conversation")]

    def reopen(self, conversation: Conversation, by: Initiator) -> None:
        """Open it again, or raise ``InvalidError``. Opening what is open does nothing (inferred).

        A reopening raises ``CONVERSATION/REOPENED``, never ``CREATED`` (vendor help).
        """
        if not conversation.is_closed:
            self._record.to_status(conversation, Status.OPEN)
            return
        raise_invalid(self.reopening_errors(conversation))
        conversation.status, conversation.closed_at = Status.OPEN, None
        self._record.note(conversation, by, timeline.status_change("OPEN"))
        self._record.happened(event_types.CONVERSATION_REOPENED, conversation, by)
        self._record.status_updated(conversation)

    def assign(
        self, conversation: Conversation, assignee: Assignee, by: Initiator, reason: str = "MANUAL"
    ) -> None:
        """Give it to ``assignee``; to whom it is already, nothing happens (inferred)."""
        self._record.assign(conversation, assignee, by, reason)

    def forget_customer(self, customer_id: str) -> None:
        """Drop all conversations of the customer."""
        for conversation in self._by_customer.pop(customer_id, ()):
            self._drop(conversation)

    def absorb(self, source: Conversation, into: Conversation, by: Initiator) -> None:
        """Let ``source`` vanish into ``into``, with its timeline, topics and attributes (inferred).

        Its id is gone for good (vendor docs). No ``CLOSED`` is raised; its contacts end as ``MERGED`` (inferred).
        """
        self._record.end_contacts(source, by, status="UNKNOWN", reason="MERGED")
        for item in source.items:
            item.customer_id, item.conversation_id = into.customer_id, into.id
        into.items = sorted([*into.items, *source.items], key=lambda item: item.timestamp)
        into.topic_ids += [each for each in source.topic_ids if each not in into.topic_ids]
        into.attributes += [each for each in source.attributes if each not in into.attributes]
        into.awaits_reply = into.awaits_reply or source.awaits_reply
        if Status.OPEN in {source.status, into.status}:
            self._record.to_status(into, Status.OPEN)
        self._by_customer[source.customer_id].remove(source)
        del self._by_id[source.id]

    def move_customer(self, source_id: str, into_id: str) -> None:
        """Give all conversations of one customer to another; of both at most one may be not closed."""
        moved = self._by_customer.pop(source_id, [])
        for conversation in moved:
            conversation.customer_id = into_id
            for item in conversation.items:
                item.customer_id = into_id
        if moved:
            all_of_them = [*moved, *self._by_customer.get(into_id, ())]
            self._by_customer[into_id] = sorted(all_of_them, key=lambda each: each.created_at)

    def _drop(self, conversation: Conversation) -> None:
        self._record.items.forget(conversation.items)
        del self._by_id[conversation.id]
