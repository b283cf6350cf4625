"""The organization, its agents, inboxes, teams, audiences and topics. All lists are bare arrays (Gladly OpenAPI)."""

import falcon

from fakes.gladly.api.bodies import Body, read
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


class Agents:
    """``GET /api/v1/agents`` and ``/agents/{id}``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        organization = organization_of(req)
        resp.media = [agent.as_json() for agent in organization.directory.agents()]

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, agent_id: str) -> None:
        """200; 404."""
        organization = organization_of(req)
        resp.media = organization.directory.agent(agent_id).as_json()


class Inboxes:
    """``GET /api/v1/inboxes`` and ``/inboxes/{id}``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        organization = organization_of(req)
        resp.media = [inbox.as_json() for inbox in organization.directory.inboxes()]

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, inbox_id: str) -> None:
        """200; 404."""
        organization = organization_of(req)
        resp.media = organization.directory.inbox(inbox_id).as_json()


class Teams:
    """``GET /api/v1/teams`` and ``/teams/{id}``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        organization = organization_of(req)
        resp.media = [team.as_json() for team in organization.directory.teams()]

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, team_id: str) -> None:
        """200; 404 (inferred)."""
        organization = organization_of(req)
        resp.media = organization.directory.team(team_id).as_json()


class Audiences:
    """``GET /api/v1/audiences``."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """200."""
        organization = organization_of(req)
        resp.media = [audience.as_json() for audience in organization.directory.audiences()]


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
        resp.status = falcon.HTTP_201
        resp.set_header("Location", f"/api/v1/topics/{topic.id}")

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
