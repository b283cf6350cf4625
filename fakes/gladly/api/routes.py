"""The routes of Gladly's REST API. What is not here is answered by the core's 501."""

from fakes.core.http.app import App
from fakes.gladly.api.annotations import (
    ConversationAttributes,
    ConversationNotes,
    ConversationTopic,
    ConversationTopics,
    CustomAttribute,
)
from fakes.gladly.api.auth import API_PREFIX, Authentication
from fakes.gladly.api.conversations import (
    ConversationItems,
    CustomerConversations,
    OneConversation,
)
from fakes.gladly.api.customers import CustomerProfile, CustomerProfiles
from fakes.gladly.api.errors import add_error_handlers
from fakes.gladly.api.events import EventStream
from fakes.gladly.api.exports import ExportFile, ExportJob, ExportJobs, ExportSchedules
from fakes.gladly.api.items import (
    CustomerItems,
    ItemRecording,
    ItemRedaction,
    ItemReply,
    Items,
    ItemTranscript,
)
from fakes.gladly.api.organization import AGENTS, INBOXES, TEAMS, Audiences, OrganizationPage, Topics
from fakes.gladly.api.reports import Reports
from fakes.gladly.api.tasks import Comments, CustomerTasks, Tasks
from fakes.gladly.api.webhooks import Webhooks


def add_api(app: App) -> None:
    """Add the REST API to ``app``: who may call, the routes, and what becomes of errors."""
    app.add_middleware(Authentication())
    add_error_handlers(app)
    _add_main(app)
    _add_items(app)
    _add_tasks(app)
    _add_readings(app)


def _add_main(app: App) -> None:
    conversation = f"{API_PREFIX}conversations/{{conversation_id}}"
    app.add_route(f"{API_PREFIX}organization", OrganizationPage())
    app.add_route(f"{API_PREFIX}audiences", Audiences())
    app.add_route(f"{API_PREFIX}customer-profiles", CustomerProfiles())
    app.add_route(f"{API_PREFIX}customer-profiles/{{customer_id}}", CustomerProfile())
    app.add_route(f"{API_PREFIX}customers/{{customer_id}}/conversations", CustomerConversations())
    app.add_route(conversation, OneConversation())
    app.add_route(f"{conversation}/items", ConversationItems())
    app.add_route(f"{conversation}/topics", ConversationTopics())
    app.add_route(f"{conversation}/topics/{{topic_id}}", ConversationTopic())
    notes = ConversationNotes()
    app.add_route(f"{conversation}/notes", notes)
    app.add_route(f"{conversation}/notes/{{note_id}}", notes, suffix="one")
    history = f"{API_PREFIX}customer-history/{{customer_id}}/conversations/{{conversation_id}}"
    app.add_route(f"{history}/custom-attributes", ConversationAttributes())
    app.add_route(f"{API_PREFIX}custom-attributes/{{attribute_id}}", CustomAttribute())
    app.add_route(f"{API_PREFIX}events", EventStream())
    for collection, resource, one in (
        ("agents", AGENTS, "agent_id"),
        ("inboxes", INBOXES, "inbox_id"),
        ("teams", TEAMS, "team_id"),
        ("topics", Topics(), "topic_id"),
        ("webhooks", Webhooks(), "webhook_id"),
    ):
        app.add_route(f"{API_PREFIX}{collection}", resource)
        app.add_route(f"{API_PREFIX}{collection}/{{{one}}}", resource, suffix="one")


def _add_items(app: App) -> None:
    items, of_customer = Items(), CustomerItems()
    one = f"{API_PREFIX}conversation-items/{{item_id}}"
    customers = f"{API_PREFIX}customers/{{customer_id}}/conversation-items"
    app.add_route(f"{API_PREFIX}conversation-items", items)
    app.add_route(one, items, suffix="one")
    app.add_route(f"{one}/reply", ItemReply())
    app.add_route(f"{one}/redact", ItemRedaction())
    app.add_route(f"{one}/media/recording", ItemRecording())
    app.add_route(f"{one}/voice-transcript", ItemTranscript())
    app.add_route(customers, of_customer)
    app.add_route(f"{customers}/{{item_id}}", of_customer, suffix="one")


def _add_tasks(app: App) -> None:
    tasks, comments = Tasks(), Comments()
    one = f"{API_PREFIX}tasks/{{task_id}}"
    app.add_route(f"{API_PREFIX}tasks", tasks)
    app.add_route(one, tasks, suffix="one")
    app.add_route(f"{one}/comments", comments)
    app.add_route(f"{one}/comments/{{comment_id}}", comments, suffix="one")
    app.add_route(f"{API_PREFIX}customers/{{customer_id}}/tasks", CustomerTasks())


def _add_readings(app: App) -> None:
    jobs = f"{API_PREFIX}export/jobs"
    app.add_route(f"{API_PREFIX}reports", Reports())
    app.add_route(f"{API_PREFIX}export/schedules", ExportSchedules())
    app.add_route(jobs, ExportJobs())
    app.add_route(f"{jobs}/{{job_id}}", ExportJob())
    app.add_route(f"{jobs}/{{job_id}}/files/{{filename}}", ExportFile())
