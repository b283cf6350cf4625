"""The routes of Gladly's REST API. What is not here is answered by the core's 501."""

from typing import TYPE_CHECKING

from fakes.core.http.app import App, create_app
from fakes.gladly.api.annotations import (
    ConversationAttributes,
    ConversationNotes,
    ConversationTopic,
    ConversationTopics,
    CustomAttribute,
)
from fakes.gladly.api.auth import API_PREFIX, Gate
from fakes.gladly.api.conversations import (
    ConversationItems,
    CustomerConversations,
    OneConversation,
)
from fakes.gladly.api.customers import CustomerProfile, CustomerProfiles
from fakes.gladly.api.errors import add_error_handlers
from fakes.gladly.api.events import EventStream
from fakes.gladly.api.items import (
    CustomerItems,
    ItemRecording,
    ItemRedaction,
    ItemReply,
    Items,
    ItemTranscript,
)
from fakes.gladly.api.organization import Agents, Audiences, Inboxes, OrganizationPage, Teams, Topics
from fakes.gladly.api.tasks import Comments, CustomerTasks, Tasks
from fakes.gladly.api.webhooks import Webhooks
from fakes.gladly.control.organizations import add_control

if TYPE_CHECKING:  # the fake builds this, so importing it here for real would go round in a circle
    from fakes.gladly.service.fake import GladlyFake


def build_app(fake: "GladlyFake") -> App:
    """Return the application of ``fake``: the REST API and the control plane."""
    app = create_app(fake)
    app.add_middleware(Gate())
    add_error_handlers(app)
    _add_api(app, fake)
    add_control(app, fake)
    return app


def _add_api(app: App, fake: "GladlyFake") -> None:
    conversation = f"{API_PREFIX}conversations/{{conversation_id}}"
    app.add_route(f"{API_PREFIX}organization", OrganizationPage(fake))
    app.add_route(f"{API_PREFIX}audiences", Audiences(fake))
    app.add_route(f"{API_PREFIX}customer-profiles", CustomerProfiles(fake))
    app.add_route(f"{API_PREFIX}customer-profiles/{{customer_id}}", CustomerProfile(fake))
    app.add_route(f"{API_PREFIX}customers/{{customer_id}}/conversations", CustomerConversations(fake))
    app.add_route(conversation, OneConversation(fake))
    app.add_route(f"{conversation}/items", ConversationItems(fake))
    app.add_route(f"{conversation}/topics", ConversationTopics(fake))
    app.add_route(f"{conversation}/topics/{{topic_id}}", ConversationTopic(fake))
    notes = ConversationNotes(fake)
    app.add_route(f"{conversation}/notes", notes)
    app.add_route(f"{conversation}/notes/{{note_id}}", notes, suffix="one")
    history = f"{API_PREFIX}customer-history/{{customer_id}}/conversations/{{conversation_id}}"
    app.add_route(f"{history}/custom-attributes", ConversationAttributes(fake))
    app.add_route(f"{API_PREFIX}custom-attributes/{{attribute_id}}", CustomAttribute(fake))
    app.add_route(f"{API_PREFIX}events", EventStream(fake))
    _add_items(app, fake)
    _add_tasks(app, fake)
    for collection, resource, one in (
        ("agents", Agents(fake), "agent_id"),
        ("inboxes", Inboxes(fake), "inbox_id"),
        ("teams", Teams(fake), "team_id"),
        ("topics", Topics(fake), "topic_id"),
        ("webhooks", Webhooks(fake), "webhook_id"),
    ):
        app.add_route(f"{API_PREFIX}{collection}", resource)
        app.add_route(f"{API_PREFIX}{collection}/{{{one}}}", resource, suffix="one")


def _add_items(app: App, fake: "GladlyFake") -> None:
    items, of_customer = Items(fake), CustomerItems(fake)
    one = f"{API_PREFIX}conversation-items/{{item_id}}"
    customers = f"{API_PREFIX}customers/{{customer_id}}/conversation-items"
    app.add_route(f"{API_PREFIX}conversation-items", items)
    app.add_route(one, items, suffix="one")
    app.add_route(f"{one}/reply", ItemReply(fake))
    app.add_route(f"{one}/redact", ItemRedaction(fake))
    app.add_route(f"{one}/media/recording", ItemRecording(fake))
    app.add_route(f"{one}/voice-transcript", ItemTranscript(fake))
    app.add_route(customers, of_customer)
    app.add_route(f"{customers}/{{item_id}}", of_customer, suffix="one")


def _add_tasks(app: App, fake: "GladlyFake") -> None:
    tasks, comments = Tasks(fake), Comments(fake)
    one = f"{API_PREFIX}tasks/{{task_id}}"
    app.add_route(f"{API_PREFIX}tasks", tasks)
    app.add_route(one, tasks, suffix="one")
    app.add_route(f"{one}/comments", comments)
    app.add_route(f"{one}/comments/{{comment_id}}", comments, suffix="one")
    app.add_route(f"{API_PREFIX}customers/{{customer_id}}/tasks", CustomerTasks(fake))
