"""What is put on a conversation: topics, notes, and custom attributes, the workspace's freeform topics."""

import falcon

from fakes.gladly.api.bodies import Body, read
from fakes.gladly.api.resource import caller, created
from fakes.gladly.rules.errors import ErrorDetail, NotExistError
from fakes.gladly.service.context import acting, organization_of


class TopicsBody(Body):
    """The topics to put on."""

    topic_ids: list[str]


class NoteContentBody(Body):
    """The note's text."""

    body: str | None = None


class NoteBody(Body):
    """A note; the Gladly OpenAPI's example has the text in ``content``, its schema at the top, and both will do."""

    content: NoteContentBody | None = None
    body: str | None = None

    def text(self) -> str:
        """Return the note's text, empty if there is none."""
        return (self.content.body if self.content is not None else self.body) or ""


class PairBody(Body):
    """A custom attribute by its key, and a value."""

    key: str
    value: str


class AttributesBody(Body):
    """The custom attributes to put on and take off."""

    add: list[PairBody] | None = None
    remove: list[PairBody] | None = None


def _pairs(bodies: list[PairBody] | None) -> list[tuple[str, str]]:
    return [(each.key, each.value) for each in bodies or ()]


class ConversationTopics:
    """``POST`` puts topics on a conversation."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, conversation_id: str) -> None:
        """204; 400; 404."""
        organization = organization_of(req)
        organization.conversations.get(conversation_id)
        body = read(req, TopicsBody)
        with acting(req):
            conversation = organization.conversations.get(conversation_id)
            organization.annotations.add_topics(conversation, body.topic_ids, caller(req))
        resp.status = falcon.HTTP_204


class ConversationTopic:
    """``DELETE`` takes a topic off a conversation."""

    def on_delete(
        self, req: falcon.Request, resp: falcon.Response, conversation_id: str, topic_id: str
    ) -> None:
        """204; 404."""
        with acting(req) as organization:
            conversation = organization.conversations.get(conversation_id)
            organization.annotations.remove_topic(conversation, topic_id, caller(req))
        resp.status = falcon.HTTP_204


class ConversationNotes:
    """``POST`` writes a note into a conversation, ``GET`` reads one."""

    def on_post(self, req: falcon.Request, resp: falcon.Response, conversation_id: str) -> None:
        """201, empty, with ``Location``; 400; 404."""
        organization = organization_of(req)
        organization.conversations.get(conversation_id)
        text = read(req, NoteBody).text()
        with acting(req):
            conversation = organization.conversations.get(conversation_id)
            note = organization.annotations.add_note(conversation, text, caller(req))
        created(resp, f"conversations/{conversation_id}/notes/{note.id}")

    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, conversation_id: str, note_id: str
    ) -> None:
        """200; 404."""
        organization = organization_of(req)
        with organization.lock:
            organization.conversations.get(conversation_id)
            resp.media = organization.items.note(conversation_id, note_id).as_json()


class ConversationAttributes:
    """``POST`` puts custom attributes on a conversation and takes others off."""

    def on_post(
        self, req: falcon.Request, resp: falcon.Response, customer_id: str, conversation_id: str
    ) -> None:
        """204; 400; 404, also for a conversation of another customer."""
        organization = organization_of(req)
        if organization.conversations.get(conversation_id).customer_id != customer_id:
            raise NotExistError(ErrorDetail("not_exist", "conversation does not exist"))
        body = read(req, AttributesBody)
        with acting(req):
            conversation = organization.conversations.get(conversation_id)
            organization.annotations.change_attributes(
                conversation, _pairs(body.add), _pairs(body.remove), caller(req)
            )
        resp.status = falcon.HTTP_204


class CustomAttribute:
    """``GET`` reads the definition of a custom attribute."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, attribute_id: str) -> None:
        """200; 404."""
        organization = organization_of(req)
        resp.media = organization.attributes.get(attribute_id).as_json()
