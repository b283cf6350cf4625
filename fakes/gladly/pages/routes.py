"""The addresses of the pages."""

import falcon

from fakes.core.http.app import App
from fakes.core.pages.sign_in import add_site
from fakes.gladly.pages.apps import (
    ADD_PATH,
    NEW_PATH,
    AppList,
    AppPicker,
    DeletedApp,
    EditApp,
    NewApp,
    Toggle,
)
from fakes.gladly.pages.composer import Composer
from fakes.gladly.pages.customers import CustomerList, NewCustomer
from fakes.gladly.pages.page import Page
from fakes.gladly.pages.site import (
    ACCOUNT_PATH,
    APPS_PATH,
    CONVERSATIONS_PATH,
    CUSTOMERS_PATH,
    TOKENS_PATH,
    USERS_PATH,
    WEBHOOKS_PATH,
    WORKFLOW_PATH,
    GladlySite,
)
from fakes.gladly.pages.tokens import DeletedToken, RenamedToken, TokenList
from fakes.gladly.pages.users import (
    INVITATIONS_PATH,
    EditUser,
    InvitationPage,
    NewUser,
    UserList,
    UserStanding,
)
from fakes.gladly.pages.webhooks import DeletedWebhook, WebhookForm, WebhookList, WebhookToggle
from fakes.gladly.pages.workflow import Workflow
from fakes.gladly.pages.workspace import (
    Assignment,
    Close,
    ConversationPage,
    CustomerPage,
    Next,
    Note,
    Reply,
    Topics,
)


class Account(Page):
    """Where those begin whose roles have no page of their own: it says who they are."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the page."""
        with self.reading(request) as visit:
            self.show(response, "account.html", visit)


def add_pages(app: App, site: GladlySite) -> None:
    """Add the pages of ``site`` to ``app``."""
    add_site(app, site)
    app.add_route(ACCOUNT_PATH, Account(site))
    _add_settings(app, site)
    _add_people(app, site)
    _add_workspace(app, site)


def _add_settings(app: App, site: GladlySite) -> None:
    app.add_route(APPS_PATH, AppList(site))
    app.add_route(ADD_PATH, AppPicker(site))
    app.add_route(NEW_PATH, NewApp(site))
    app.add_route(f"{APPS_PATH}/{{app_id}}", EditApp(site))
    app.add_route(f"{APPS_PATH}/{{app_id}}/active", Toggle(site))
    app.add_route(f"{APPS_PATH}/{{app_id}}/delete", DeletedApp(site))
    app.add_route(WEBHOOKS_PATH, WebhookList(site))
    app.add_route(f"{WEBHOOKS_PATH}/new", WebhookForm(site))
    app.add_route(f"{WEBHOOKS_PATH}/{{webhook_id}}", WebhookForm(site))
    app.add_route(f"{WEBHOOKS_PATH}/{{webhook_id}}/active", WebhookToggle(site))
    app.add_route(f"{WEBHOOKS_PATH}/{{webhook_id}}/delete", DeletedWebhook(site))
    app.add_route(WORKFLOW_PATH, Workflow(site))


def _add_people(app: App, site: GladlySite) -> None:
    app.add_route(TOKENS_PATH, TokenList(site))
    app.add_route(f"{TOKENS_PATH}/{{token_id}}", RenamedToken(site))
    app.add_route(f"{TOKENS_PATH}/{{token_id}}/delete", DeletedToken(site))
    app.add_route(USERS_PATH, UserList(site))
    app.add_route(f"{USERS_PATH}/new", NewUser(site))
    app.add_route(f"{USERS_PATH}/{{user_id}}", EditUser(site))
    app.add_route(f"{USERS_PATH}/{{user_id}}/{{standing}}", UserStanding(site))
    app.add_route(f"{INVITATIONS_PATH}/{{organization_id}}/{{code}}", InvitationPage(site))


def _add_workspace(app: App, site: GladlySite) -> None:
    conversation = f"{CONVERSATIONS_PATH}/{{conversation_id}}"
    app.add_route(CUSTOMERS_PATH, CustomerList(site))
    app.add_route(f"{CUSTOMERS_PATH}/new", NewCustomer(site))
    app.add_route(f"{CUSTOMERS_PATH}/{{customer_id}}", CustomerPage(site))
    app.add_route(f"{CUSTOMERS_PATH}/{{customer_id}}/compose", Composer(site))
    app.add_route(conversation, ConversationPage(site))
    app.add_route(f"{conversation}/reply", Reply(site))
    app.add_route(f"{conversation}/notes", Note(site))
    app.add_route(f"{conversation}/topics", Topics(site))
    app.add_route(f"{conversation}/assignee", Assignment(site))
    app.add_route(f"{conversation}/close", Close(site))
    app.add_route(f"{conversation}/next", Next(site))
