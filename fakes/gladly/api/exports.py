"""``/api/v1/export``: the schedule, the jobs that it made, and their files (Gladly OpenAPI)."""

import json
from typing import Final

import falcon

from fakes.gladly.api.resource import moment_in
from fakes.gladly.rules.errors import ErrorDetail, NotExistError, raise_invalid
from fakes.gladly.rules.exports.exports import Job
from fakes.gladly.rules.exports.files import Contents, rows
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.service.context import acting

JSON_LINES: Final = "application/x-ndjson"


class ExportSchedules:
    """``GET /api/v1/export/schedules``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200 with the one schedule that an organization has."""
        with acting(req) as organization:
            resp.media = [organization.exports.schedule()]


class ExportJobs:
    """``GET /api/v1/export/jobs``: whoever looks finds what has fallen due, and webhooks hear of it then."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200; 400 for filters that cannot be (inferred)."""
        start, errors = moment_in(req, "startAt")
        end, more = moment_in(req, "endAt")
        raise_invalid([*errors, *more])
        with acting(req) as organization:
            jobs = organization.exports.select(req.get_param("status"), start, end)
        resp.media = [job.as_json() for job in jobs]


class ExportJob:
    """``/api/v1/export/jobs/{jobId}``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, job_id: str) -> None:
        """200; 404."""
        with acting(req) as organization:
            resp.media = organization.exports.get(job_id).as_json()

    def on_delete(self, req: falcon.Request, resp: falcon.Response, job_id: str) -> None:
        """204; 400 while it is under way; 404."""
        with acting(req) as organization:
            organization.exports.delete(job_id)
        resp.status = falcon.HTTP_204


class ExportFile:
    """``GET /api/v1/export/jobs/{jobId}/files/{filename}``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response, job_id: str, filename: str) -> None:
        """200 with an object a line, no line end after the last; 404, also for a file that the job has not."""
        with acting(req) as organization:
            job, contents = _taken_down(organization, job_id, filename)
        lines = (json.dumps(row) for row in rows(filename, contents, job.start, job.end))
        resp.content_type, resp.text = JSON_LINES, "\n".join(lines)


def _taken_down(organization: Organization, job_id: str, filename: str) -> tuple[Job, Contents]:
    job = organization.exports.get(job_id)
    if filename not in job.as_json()["files"]:
        raise NotExistError(ErrorDetail("not_exist", "export file does not exist"))
    directory = organization.directory
    contents = Contents(
        directory.agents(), directory.topics.all(), organization.customers.all(), organization.items.all()
    )
    return job, contents
