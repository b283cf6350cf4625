"""``GET /api/v1/events``: the stream of events as JSON lines (Gladly OpenAPI)."""

import json

import falcon

from fakes.gladly.api.resource import moment_in
from fakes.gladly.rules.errors import ErrorDetail, raise_invalid
from fakes.gladly.rules.events.stream import Query, check, entity_errors, selected
from fakes.gladly.service.context import organization_of

JSON_LINES = "application/x-jsonlines"


class EventStream:
    """The events of the last 24 hours. The fake is never behind, where Gladly may be by 15 s."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200 with a line for each event, no line for none, no line end after the last; 400.

        No client has to pass over an empty line that way (several parse every one).
        """
        organization = organization_of(req)
        query = _query(req)
        with organization.lock:
            check(query, organization.clock.now())
            found = selected(organization.events.log(), query)
        resp.content_type = JSON_LINES
        resp.text = "\n".join(json.dumps(event.as_json()) for event in found)


def _query(request: falcon.Request) -> Query:
    start, errors = moment_in(request, "startAt")
    end, more = moment_in(request, "endAt")
    entities = tuple(filter(None, request.get_param_as_list("entities") or ()))
    errors += more
    if start is None:
        errors = errors or [ErrorDetail("blank", "startAt cannot be blank", "startAt")]
    if errors or start is None:
        raise_invalid([*errors, *entity_errors(entities)])
    assert start is not None  # noqa: S101 - raise_invalid has raised otherwise
    return Query(start, end, entities)
