"""Agents, inboxes and topics."""

from typing import Any

import httpx
import pytest

from fakes.gladly.rules.organization.organization import Organization
from tests.gladly.conftest import error

TOPICS = "/api/v1/topics"


def test_agents_are_a_bare_array(api: httpx.Client, organization: Organization) -> None:
    """The agents list is a bare array of id, name and e-mail address."""
    rows = api.get("/api/v1/agents").json()

    assert len(rows) == len([user for user in organization.users if user.is_agent()]) == 4
    assert sorted(rows[0]) == ["emailAddress", "id", "name"]
    assert api.get(f"/api/v1/agents/{rows[0]['id']}").json() == rows[0]


def test_inboxes(api: httpx.Client) -> None:
    """The inboxes list is a bare array of id, name and whether it is disabled."""
    rows = api.get("/api/v1/inboxes").json()

    assert [(each["name"], each["disabled"]) for each in rows] == [("General", False), ("Escalations", False)]
    assert api.get(f"/api/v1/inboxes/{rows[0]['id']}").json() == rows[0]


def test_teams_with_their_agents(api: httpx.Client) -> None:
    """Teams are listed in an array and read one by one; their agents are among the agents."""
    agents = [each["id"] for each in api.get("/api/v1/agents").json()]
    teams = api.get("/api/v1/teams").json()

    assert [list(each) for each in teams] == [["id", "name", "description", "agentIds"]] * 2
    assert [each["agentIds"] for each in teams] == [agents, agents[-1:]]
    assert api.get(f"/api/v1/teams/{teams[1]['id']}").json() == teams[1]


def test_audiences(api: httpx.Client) -> None:
    """Audiences are listed in an array by id and name."""
    assert [(list(each), each["name"]) for each in api.get("/api/v1/audiences").json()] == [
        (["id", "name"], "Shop Example - USA"),
        (["id", "name"], "Shop Example - Canada"),
    ]


@pytest.mark.parametrize("path", ["/api/v1/agents/x", "/api/v1/inboxes/x", "/api/v1/teams/x"])
def test_unknown_agent_inbox_or_team_404(api: httpx.Client, path: str) -> None:
    """An unknown agent, inbox or team is 404 in the array form."""
    answer = api.get(path)

    assert answer.status_code == 404
    assert error(answer) == {"code": "not_exist", "detail": "entity does not exist"}


def test_topics_show_their_parent(api: httpx.Client) -> None:
    """A topic under another shows the parent's id; one at the top shows none."""
    rows = {each["name"]: each for each in api.get(TOPICS).json()}

    assert rows["Where is my order"]["parentId"] == rows["Orders"]["id"]
    assert "parentId" not in rows["Orders"]


def test_topic_is_created_and_changed(api: httpx.Client) -> None:
    """A topic may bring its own id, and can be renamed and disabled."""
    made = api.post(TOPICS, json={"id": "t1", "name": "Sizes"})
    changed = api.patch(f"{TOPICS}/t1", json={"name": "Fit", "disabled": True})

    assert (made.status_code, made.headers["Location"], changed.status_code) == (201, f"{TOPICS}/t1", 204)
    assert api.get(f"{TOPICS}/t1").json() == {"id": "t1", "name": "Fit", "disabled": True}


@pytest.mark.parametrize(
    ("body", "attr", "code", "detail"),
    [
        ({}, "name", "blank", "name cannot be blank"),
        ({"name": " "}, "name", "blank", "name cannot be blank"),
        ({"id": "a/b", "name": "x"}, "id", "invalid", "id contains unsupported characters"),
        ({"name": "x", "parentId": "nobody"}, "parentId", "invalid", "parent topic does not exist"),
    ],
)
def test_topics_that_do_not_fit_400(
    api: httpx.Client, body: dict[str, Any], attr: str, code: str, detail: str
) -> None:
    """A topic that breaks a rule is refused in Gladly's words."""
    answer = api.post(TOPICS, json=body)

    assert (answer.status_code, error(answer)) == (400, {"attr": attr, "code": code, "detail": detail})


@pytest.mark.parametrize("change", [{"name": " "}, {"name": "Fit", "parentId": "nobody"}])
def test_topic_keeps_its_name_when_a_change_does_not_fit(api: httpx.Client, change: dict[str, str]) -> None:
    """A change that breaks a rule is refused, and nothing of it is done."""
    api.post(TOPICS, json={"id": "t1", "name": "Sizes"})

    assert api.patch(f"{TOPICS}/t1", json=change).status_code == 400
    assert api.get(f"{TOPICS}/t1").json() == {"id": "t1", "name": "Sizes", "disabled": False}


def test_topic_conflicts_409(api: httpx.Client) -> None:
    """Ids and names of topics are unique; a name conflict tells the other's id."""
    api.post(TOPICS, json={"id": "t1", "name": "Sizes"})
    api.post(TOPICS, json={"id": "t2", "name": "Colours"})
    same_id = api.post(TOPICS, json={"id": "t1", "name": "Other"})
    same_name = [api.post(TOPICS, json={"name": "Sizes"}), api.patch(f"{TOPICS}/t2", json={"name": "Sizes"})]

    assert same_id.status_code == 409
    assert error(same_id) == {
        "attr": "id",
        "code": "taken",
        "detail": "the topic with specified id already exists",
    }
    for each in same_name:
        assert each.status_code == 409
        assert error(each) == {
            "attr": "name",
            "code": "taken",
            "detail": "another topic already has this name",
            "meta": {"id": "t1"},
        }


def test_unknown_topic_404(api: httpx.Client) -> None:
    """An unknown topic is named in brackets, before the body is looked at."""
    answer = api.patch(f"{TOPICS}/t9", content=b"no JSON")

    assert answer.status_code == 404
    assert error(answer) == {"code": "not_exist", "detail": "conversation topic [t9] does not exist"}
