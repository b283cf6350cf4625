"""The organization, its agents, inboxes, teams, audiences and topics. All lists are bare arrays (Gladly OpenAPI)."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import falcon

from fakes.gladly.api.bodies import Body, read
from fakes.gladly.api.resource import created
from fakes.gladly.rules.teams.directory import Directory
from fakes.gladly.service.context import acting, organization_of


class TopicBody(Body):
    """A topic to change to."""

    name: str | None = None
    disabled: bool | None = None
    parent_id: str | None = None


class NewTopicBody(TopicBody):
    """A topic to add; the client may choose the id."""

    id: str | None = None


class OrganizationPage:
    """``GET /api/v1/organization``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        organization = organization_of(req)
        resp.media = organization.as_json()


class HasJson(Protocol):
    """Something that is shown as it is."""

    def as_json(self) -> dict[str, Any]:
        """Return what Gladly shows of it."""
        ...


class Listing:
    """``GET`` of a collection that the API only reads: of all, and of one by its id."""

    def __init__(
        self, every: Callable[[Directory], Sequence[HasJson]], one: Callable[[Directory, str], HasJson]
    ) -> None:
        """Read by ``every`` and ``one``, which raises ``NotExistError``."""
        self._every, self._one = every, one

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        resp.media = [each.as_json() for each in self._every(organization_of(req).directory)]

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, **path: str) -> None:
        """200; 404 (of a team inferred). The path has one field, called as in the vendor's document."""
        [row_id] = path.values()
        resp.media = self._one(organization_of(req).directory, row_id).as_json()


AGENTS = Listing(Directory.agents, Directory.agent)
INBOXES = Listing(Directory.inboxes, Directory.inbox)
TEAMS = Listing(Directory.teams, Directory.team)


class Audiences:
    """``GET /api/v1/audiences``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        resp.media = [audience.as_json() for audience in organization_of(req).directory.audiences()]


class Topics:
    """``/api/v1/topics`` and ``/topics/{id}``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        organization = organization_of(req)
        resp.media = [topic.as_json() for topic in organization.directory.topics.all()]

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """201, empty, with ``Location``; 400; 409."""
        body = read(req, NewTopicBody)
        with acting(req) as organization:
            topic = organization.directory.topics.create(
                body.name, topic_id=body.id, disabled=bool(body.disabled), parent_id=body.parent_id
            )
        created(resp, f"topics/{topic.id}")

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, topic_id: str) -> None:
        """200; 404."""
        organization = organization_of(req)
        resp.media = organization.directory.topics.get(topic_id).as_json()

    def on_patch_one(self, req: falcon.Request, resp: falcon.Response, topic_id: str) -> None:
        """204; 400; 404; 409."""
        organization = organization_of(req)
        organization.directory.topics.get(topic_id)
        body = read(req, TopicBody)
        with acting(req):
            organization.directory.topics.update(
                topic_id, body.name, disabled=body.disabled, parent_id=body.parent_id
            )
        resp.status = falcon.HTTP_204
