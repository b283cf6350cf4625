"""The control routes of export jobs: making one beside the schedule, and letting one go on."""

from datetime import UTC, datetime
from typing import Annotated

import falcon
from pydantic import AwareDatetime, Field

from fakes.core.clock import LAST
from fakes.core.control.plane import Ask, asked
from fakes.core.http.app import App
from fakes.gladly.control.resource import acting
from fakes.gladly.rules.exports.exports import Status

Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=LAST)]


class JobAsk(Ask):
    """A job to make: of the last 24 hours and completed, unless told otherwise."""

    start_at: Moment | None = None
    end_at: Moment | None = None
    status: Status = Status.COMPLETED


class JobChangeAsk(Ask):
    """Where a job is to stand."""

    status: Status


class _Jobs:
    def on_post(self, req: falcon.Request, resp: falcon.Response, tenant_id: str) -> None:
        ask = asked(req, JobAsk)
        with acting(req, tenant_id) as organization:
            job = organization.exports.make(ask.start_at, ask.end_at, ask.status)
            resp.status, resp.media = falcon.HTTP_201, job.as_json()


class _Job:
    def on_patch(self, req: falcon.Request, resp: falcon.Response, tenant_id: str, job_id: str) -> None:
        ask = asked(req, JobChangeAsk)
        with acting(req, tenant_id) as organization:
            resp.media = organization.exports.change(job_id, ask.status).as_json()


def add_export_control(app: App, organization: str) -> None:
    """Add the routes under ``organization``, the path of one organization."""
    app.add_route(f"{organization}/export-jobs", _Jobs())
    app.add_route(f"{organization}/export-jobs/{{job_id}}", _Job())
