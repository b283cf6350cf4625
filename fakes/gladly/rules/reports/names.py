"""What the ids in a report are called: as things are called now, whatever they were called then (inferred)."""

from dataclasses import dataclass

from fakes.gladly.rules.events.events import Assignee, Initiator
from fakes.gladly.rules.teams.directory import Directory
from fakes.gladly.rules.users.users import Users

NOBODY = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of an organization's users, inboxes and topics by id, taken down at one moment."""

    agents: dict[str, str]
    inboxes: dict[str, str]
    topics: dict[str, str]
    paths: dict[str, str]

    @classmethod
    def of(cls, directory: Directory, users: Users) -> "Names":
        """Take down the names as they are; users who are no agents any more have theirs still."""
        topics = directory.topics.all()
        return cls(
            {user.id: user.name for user in users},
            {inbox.id: inbox.name for inbox in directory.inboxes()},
            {topic.id: topic.name for topic in topics},
            {topic.id: directory.topics.full_name(topic.id) for topic in topics},
        )

    def of_assignee(self, assignee: Assignee | None) -> tuple[str, str, str, str]:
        """Return inbox and agent, each with id and name; empty texts where there is none."""
        if assignee is None:
            return NOBODY
        agent_id = assignee.agent_id or ""
        inbox = self.inboxes.get(assignee.inbox_id, "")
        return assignee.inbox_id, inbox, agent_id, self.agents.get(agent_id, "")

    def of_agent(self, by: Initiator) -> tuple[str, str]:
        """Return id and name of the agent who did something, empty texts for all others (vendor help: if applicable)."""
        return (by.id, self.agents.get(by.id, "")) if by.type == "AGENT" else ("", "")
