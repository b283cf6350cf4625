"""Settings > Agent Experience > Conversation Workflow: the organization's two switches that an admin has (vendor help)."""

import falcon

from fakes.gladly.pages.page import Errors, Page, by_field, done
from fakes.gladly.pages.site import WORKFLOW_PATH, GladlyVisit
from fakes.gladly.rules.errors import InvalidError
from fakes.gladly.rules.settings import workflow
from fakes.gladly.rules.users.users import require_workflow_page
from fakes.gladly.service.context import fake_of


class Workflow(Page):
    """The page."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the switches as they stand."""
        with self.reading(request) as visit:
            require_workflow_page(visit.user)
            switches = visit.tenant.switches
            self._show(
                response,
                visit,
                f"{switches.reopen_window_hours:g}",
                topic_required=switches.topic_required_to_close,
            )

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Save; or show the form again with what was wrong."""
        with self.entered(request) as visit:
            form = self.site.form(request)
            window, topic_required = form.text("window"), form.ticked("topic_required")
            try:
                with fake_of(visit.request).acting(visit.tenant) as organization:
                    workflow.save(organization, window, visit.user, topic_required=topic_required)
            except InvalidError as error:
                errors = by_field(error, {"window": "window"})
                self._show(response, visit, window, topic_required=topic_required, errors=errors)
                return
            done(visit, "Conversation Workflow was saved.", WORKFLOW_PATH)

    def _show(
        self,
        response: falcon.Response,
        visit: GladlyVisit,
        window: str,
        *,
        topic_required: bool,
        errors: Errors | None = None,
    ) -> None:
        self.show(
            response,
            "workflow.html",
            visit,
            errors=errors,
            window=window,
            topic_required=topic_required,
            labels=workflow,
            workflow_path=WORKFLOW_PATH,
        )
