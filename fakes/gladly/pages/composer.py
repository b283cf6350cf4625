"""The composer: a message to a customer, and the choice of Reopen or Create New that sending it may ask for (vendor help)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

import falcon

from fakes.core.browsers.forms import Form
from fakes.core.errors import PageError
from fakes.core.pages.site import go
from fakes.gladly.pages.lines import called
from fakes.gladly.pages.page import Errors, Page, by_field, note
from fakes.gladly.pages.site import CONVERSATIONS_PATH, CUSTOMERS_PATH, GladlyVisit
from fakes.gladly.rules.conversations.conversation import Conversation
from fakes.gladly.rules.conversations.timeline import Message
from fakes.gladly.rules.errors import InvalidError
from fakes.gladly.rules.workspace import Choice, Workspace
from fakes.gladly.service.context import fake_of

MOST_CHARACTERS = 25_000
_CHOICES = ("reopen", "create_new")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as the workspace calls it: in the list behind the plus, and on the button that sends."""

    name: str
    send: str


CHANNELS: Mapping[str, Channel] = {
    "EMAIL": Channel("Email", "Send Email"),
    "SMS": Channel("SMS", "Send SMS"),
    "CHAT": Channel("Chat", "Send Chat"),
    "WHATSAPP": Channel("WhatsApp", "Send WhatsApp"),
    "FB_MESSENGER": Channel("Messenger", "Send Messenger Message"),
    "INSTAGRAM_DIRECT": Channel("Instagram", "Send Instagram Message"),
}
"""Send Email is the vendor's (vendor help), the others follow it."""


def too_long(text: str) -> str:
    """Return what is wrong with the length of a message, or nothing: it must not be blank, nor endless (ours)."""
    if not text.strip():
        return "Write something first."
    return f"At most {MOST_CHARACTERS:,} characters can be sent." if len(text) > MOST_CHARACTERS else ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is being written."""

    channel: str
    subject: str = ""
    text: str = ""

    @classmethod
    def of_form(cls, form: Form) -> "Draft":
        """Return what was written."""
        return cls(form.text("channel"), form.text("subject"), form.text("message"))

    def message(self) -> Message:
        """Return it as the rules take it."""
        return Message(self.channel, self.text, self.subject.strip())


class Composer(Page):
    """The page on which a message is written."""

    def on_get(self, request: falcon.Request, response: falcon.Response, customer_id: str) -> None:
        """Show an empty message on the channel that ``?channel=`` names."""
        with self.reading(request) as visit:
            draft = Draft(request.get_param("channel") or "")
            self._show(response, visit, customer_id, draft)

    def on_post(self, request: falcon.Request, response: falcon.Response, customer_id: str) -> None:
        """Send and show the conversation; or ask for the choice, or show the message again with what was wrong."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            draft, choice = Draft.of_form(form), form.text("choice")
            if wrong := too_long(draft.text):
                self._show(response, visit, customer_id, draft, errors={"message": wrong})
                return
            workspace = Workspace(visit.tenant, visit.user)
            if choice not in _CHOICES and workspace.choice(customer_id) is not None:
                self._show(response, visit, customer_id, draft, asks=True)
                return
            try:
                with fake_of(visit.request).acting(visit.tenant):
                    chosen = cast("Choice", choice) if choice in _CHOICES else None
                    conversation = _send(workspace, customer_id, draft, chosen)
            except InvalidError as error:
                self._show(response, visit, customer_id, draft, errors=by_field(error, {}))
                return
            note(visit, "wrote to a customer", conversation_id=conversation.id, choice=choice)
            go(f"{CONVERSATIONS_PATH}/{conversation.id}")

    def _show(
        self,
        response: falcon.Response,
        visit: GladlyVisit,
        customer_id: str,
        draft: Draft,
        *,
        errors: Errors | None = None,
        asks: bool = False,
    ) -> None:
        workspace, customer = Workspace(visit.tenant, visit.user), visit.tenant.customers.get(customer_id)
        if draft.channel not in workspace.channels(customer_id):
            text = "The customer cannot be reached on this channel. Choose another one with the plus."
            raise PageError(HTTPStatus.CONFLICT, text)
        self.show(
            response,
            "composer.html",
            visit,
            errors=errors,
            status=HTTPStatus.CONFLICT if asks else None,
            draft=draft,
            customer=customer,
            name=called(customer),
            channel=CHANNELS[draft.channel],
            asks=asks,
            closed=workspace.choice(customer_id),
            longest=MOST_CHARACTERS,
            customers_path=CUSTOMERS_PATH,
        )


def _send(workspace: Workspace, customer_id: str, draft: Draft, choice: Choice | None) -> Conversation:
    """Send into the conversation that is not closed, else begin or reopen one."""
    current = workspace.current(customer_id)
    if current is None:
        return workspace.open(customer_id, choice, draft.message())
    workspace.answer(current.id, draft.message())
    return current
