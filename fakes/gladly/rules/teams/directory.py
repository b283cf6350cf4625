"""Agents, inboxes, teams, audiences and topics: what conversations are assigned to and labelled with."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from fakes.core.ids import Ids
from fakes.gladly.rules.errors import ErrorDetail, NotExistError, TakenError, raise_invalid

LONGEST_ID = 49
_URL_SAFE = re.compile(r"[A-Za-z0-9._~-]+")


def id_error(given: str) -> ErrorDetail | None:
    """Return what is wrong with an id chosen by the client, or None.

    Any URL-safe text under 50 characters will do (Gladly OpenAPI); the wording for length is inferred.
    """
    if len(given) > LONGEST_ID:
        return ErrorDetail("too_long", "id must be under 50 characters", "id")
    if not _URL_SAFE.fullmatch(given):
        return ErrorDetail("invalid", "id contains unsupported characters", "id")
    return None


@dataclass(frozen=True, slots=True)
class Agent:
    """Someone who answers customers."""

    id: str
    name: str
    email: str

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "name", "emailAddress"}`` (Gladly OpenAPI)."""
        return {"id": self.id, "name": self.name, "emailAddress": self.email}


@dataclass(slots=True)
class Inbox:
    """A queue of conversations with the agents who work in it."""

    id: str
    name: str
    disabled: bool = False
    agent_ids: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "name", "disabled"}`` (Gladly OpenAPI)."""
        return {"id": self.id, "name": self.name, "disabled": self.disabled}


@dataclass(frozen=True, slots=True)
class Topic:
    """A label for conversations, perhaps under another."""

    id: str
    name: str
    disabled: bool = False
    parent_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "name", "disabled", "parentId"?}`` (Gladly OpenAPI)."""
        head: dict[str, Any] = {"id": self.id, "name": self.name, "disabled": self.disabled}
        return head | ({"parentId": self.parent_id} if self.parent_id else {})


@dataclass(frozen=True, slots=True)
class Team:
    """Agents who belong together."""

    id: str
    name: str
    description: str
    agent_ids: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "name", "description", "agentIds"}`` (Gladly OpenAPI)."""
        agents = list(self.agent_ids)
        return {"id": self.id, "name": self.name, "description": self.description, "agentIds": agents}


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom answers are written for, such as the customers of one brand."""

    id: str
    name: str

    def as_json(self) -> dict[str, Any]:
        """Return ``{"id", "name"}`` (Gladly OpenAPI)."""
        return {"id": self.id, "name": self.name}


E_ = TypeVar("E_", Agent, Inbox, Team)


class Topics:
    """The topics of one organization. Ids and names are unique (Gladly OpenAPI)."""

    def __init__(self, ids: Ids) -> None:
        """Start with none."""
        self._ids = ids
        self._by_id: dict[str, Topic] = {}

    def all(self) -> list[Topic]:
        """Return all, in the order they came."""
        return list(self._by_id.values())

    def find(self, topic_id: str) -> Topic | None:
        """Return the topic, or None."""
        return self._by_id.get(topic_id)

    def get(self, topic_id: str) -> Topic:
        """Return the topic, or raise ``NotExistError`` with Gladly's text (Gladly OpenAPI)."""
        if (topic := self.find(topic_id)) is None:
            detail = f"conversation topic [{topic_id}] does not exist"
            raise NotExistError(ErrorDetail("not_exist", detail))
        return topic

    def full_name(self, topic_id: str) -> str:
        """Return the names from the top down to the topic, such as ``Orders > Returns`` (vendor sample code)."""
        names: list[str] = []
        seen: set[str | None] = set()
        topic = self.find(topic_id)
        while topic is not None and topic.id not in seen:
            seen.add(topic.id)
            names.insert(0, topic.name)
            topic = self.find(topic.parent_id or "")
        return " > ".join(names)

    def create(
        self,
        name: str | None,
        *,
        topic_id: str | None = None,
        disabled: bool = False,
        parent_id: str | None = None,
    ) -> Topic:
        """Add a topic. Raises ``InvalidError`` (blank name, bad id, unknown parent) or ``TakenError``."""
        errors = self._errors(name, parent_id)
        if topic_id and (bad := id_error(topic_id)):
            errors.insert(0, bad)
        raise_invalid(errors)
        if topic_id in self._by_id:
            raise TakenError(ErrorDetail("taken", "the topic with specified id already exists", "id"))
        topic = Topic(topic_id or self._ids.slugid(), str(name), disabled, parent_id or None)
        return self._keep(topic)

    def update(
        self, topic_id: str, name: str | None, *, disabled: bool | None, parent_id: str | None
    ) -> Topic:
        """Change a topic; the name must be given (Gladly OpenAPI), None leaves the others as they are.

        Raises ``NotExistError``, ``InvalidError`` or ``TakenError``.
        """
        topic = self.get(topic_id)
        raise_invalid(self._errors(name, parent_id, of=topic_id))
        return self._keep(
            replace(
                topic,
                name=str(name),
                disabled=topic.disabled if disabled is None else disabled,
                parent_id=topic.parent_id if parent_id is None else parent_id or None,
            )
        )

    def _errors(self, name: str | None, parent_id: str | None, of: str | None = None) -> list[ErrorDetail]:
        errors = []
        if not (name or "").strip():
            errors.append(ErrorDetail("blank", "name cannot be blank", "name"))
        if parent_id and (parent_id not in self._by_id or parent_id == of):
            errors.append(ErrorDetail("invalid", "parent topic does not exist", "parentId"))
        return errors

    def _keep(self, topic: Topic) -> Topic:
        for other in self._by_id.values():
            if other.name == topic.name and other.id != topic.id:
                detail = "another topic already has this name"
                raise TakenError(ErrorDetail("taken", detail, "name", {"id": other.id}))
        self._by_id[topic.id] = topic
        return topic


class Directory:
    """The agents, inboxes, teams, audiences and topics of one organization."""

    def __init__(self, ids: Ids) -> None:
        """Start empty."""
        self._ids = ids
        self._agents: dict[str, Agent] = {}
        self._inboxes: dict[str, Inbox] = {}
        self._teams: dict[str, Team] = {}
        self._audiences: list[Audience] = []
        self.topics = Topics(ids)

    def add_agent(self, agent: Agent) -> None:
        """Keep ``agent`` and put it into every inbox there is."""
        self._agents[agent.id] = agent
        for inbox in self._inboxes.values():
            inbox.agent_ids.add(agent.id)

    def remove_agent(self, agent_id: str) -> None:
        """Take the agent, if they are one, out of the list, every inbox and every team."""
        self._agents.pop(agent_id, None)
        for inbox in self._inboxes.values():
            inbox.agent_ids.discard(agent_id)
        for team in self._teams.values():
            others = tuple(one for one in team.agent_ids if one != agent_id)
            self._teams[team.id] = replace(team, agent_ids=others)

    def add_inbox(self, name: str, *, disabled: bool = False) -> Inbox:
        """Add an inbox without agents and return it; the first one takes what nobody is assigned to."""
        inbox = Inbox(self._ids.slugid(), name, disabled)
        self._inboxes[inbox.id] = inbox
        return inbox

    def add_team(self, name: str, description: str, agent_ids: tuple[str, ...]) -> Team:
        """Add a team and return it."""
        team = Team(self._ids.slugid(), name, description, agent_ids)
        self._teams[team.id] = team
        return team

    def add_audience(self, name: str) -> Audience:
        """Add an audience and return it."""
        self._audiences.append(Audience(self._ids.slugid(), name))
        return self._audiences[-1]

    def teams(self) -> list[Team]:
        """Return all teams, in the order they came."""
        return list(self._teams.values())

    def team(self, team_id: str) -> Team:
        """Return the team, or raise ``NotExistError``."""
        return _there(self._teams.get(team_id))

    def audiences(self) -> list[Audience]:
        """Return all audiences, in the order they came."""
        return list(self._audiences)

    def agents(self) -> list[Agent]:
        """Return all agents, in the order they came."""
        return list(self._agents.values())

    def inboxes(self) -> list[Inbox]:
        """Return all inboxes, in the order they came."""
        return list(self._inboxes.values())

    def agent(self, agent_id: str) -> Agent:
        """Return the agent, or raise ``NotExistError``."""
        return _there(self._agents.get(agent_id))

    def inbox(self, inbox_id: str) -> Inbox:
        """Return the inbox, or raise ``NotExistError``."""
        return _there(self._inboxes.get(inbox_id))

    def assignment_errors(self, inbox_id: str, agent_id: str | None) -> list[ErrorDetail]:
        """Return why a conversation cannot be theirs: the agent's rule from the Gladly OpenAPI, the inbox's inferred."""
        inbox = self._inboxes.get(inbox_id)
        if inbox is None or inbox.disabled:
            return [ErrorDetail("invalid", "inbox does not exist or is disabled", "assignee.inboxId")]
        if agent_id and agent_id not in inbox.agent_ids:
            return [ErrorDetail("invalid_state", "agent does not belong to inbox", "assignee.agentId")]
        return []


def _there(found: E_ | None) -> E_:
    if found is None:
        raise NotExistError(ErrorDetail("not_exist", "entity does not exist"))
    return found
