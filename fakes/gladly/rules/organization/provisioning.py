"""A new organization, furnished: users of the main roles, inboxes, topics, teams, audiences, custom attributes."""

import re
from dataclasses import dataclass, field
from typing import Any

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import Role, User

_FIRST_NAMES = (
    "Avery",
    "Blake",
    "Casey",
    "Dana",
    "Ellis",
    "Frankie",
    "Harper",
    "Jules",
    "Morgan",
    "Quinn",
    "Robin",
)
_LAST_NAMES = (
    "Abbott",
    "Brook",
    "Castillo",
    "Dunn",
    "Ferrer",
    "Hale",
    "Ibarra",
    "Kwan",
    "Lindgren",
    "Moss",
    "Osei",
)
_TRADES = ("Outfitters", "Coffee", "Cycles", "Gardens", "Books", "Ceramics", "Footwear", "Instruments")
_PASSWORD_LENGTH = 16
STAFF: tuple[tuple[Role, frozenset[Role]], ...] = (
    (Role.ADMINISTRATOR, frozenset({Role.ADMINISTRATOR})),
    (Role.TEAM_MANAGER, frozenset({Role.TEAM_MANAGER})),
    (Role.AGENT, frozenset({Role.AGENT})),
    (Role.API_USER, frozenset({Role.API_USER, Role.AGENT, Role.ADMINISTRATOR})),
    (Role.COMPLIANCE_ADMINISTRATOR, frozenset({Role.COMPLIANCE_ADMINISTRATOR, Role.API_USER})),
)
"""Who works here: the role each stands for, and the roles each holds (API User goes with Agent, Administrator or both, and
reports need Administrator: vendor help; deleting customers needs Compliance Administrator and API User: Gladly OpenAPI)."""


@dataclass(frozen=True, slots=True)
class ProvisionedOrganization:
    """A new organization with what is shown only once: the tokens of the API user and of who may delete customers."""

    organization: Organization
    api_user: User
    token: str = field(repr=False)
    compliance_user: User
    compliance_token: str = field(repr=False)

    def as_json(self, url: str) -> dict[str, Any]:
        """Return the ids, the API user and the users of the organization of a fake served at ``url``."""
        rows = zip(self.organization.users, STAFF, strict=False)
        return {
            "url": url,
            "organization_id": self.organization.id,
            "subdomain": self.organization.subdomain,
            "api_user": {"email": self.api_user.email, "token": self.token},
            "compliance_user": {"email": self.compliance_user.email, "token": self.compliance_token},
            "users": [
                {"email": user.email, "password": user.password, "role": role.value}
                for user, (role, _) in rows
            ],
        }


def invented_name(ids: Ids) -> str:
    """Return a made-up name for an organization."""
    return f"{_pick(ids, _LAST_NAMES)} {_pick(ids, _TRADES)}"


def slug(name: str) -> str:
    """Return ``name`` as a subdomain: lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "organization"


def provision(ids: Ids, clock: Clock, name: str, subdomain: str) -> ProvisionedOrganization:
    """Return a new organization with staff, two inboxes, topics, labels, and tokens for those who use the API."""
    organization = Organization(ids, clock, name, subdomain)
    for inbox in ("General", "Escalations"):
        organization.directory.add_inbox(inbox)
    orders = organization.directory.topics.create("Orders")
    organization.directory.topics.create("Where is my order", parent_id=orders.id)
    organization.directory.topics.create("Returns")
    organization.directory.topics.create("Spring Sale", disabled=True)
    _hire(organization)
    _define_attributes(organization)
    _add_teams(organization)
    api_user, compliance_user = organization.users.with_role(Role.API_USER)
    tokens = [organization.tokens.create(user, clock.now())[1] for user in (api_user, compliance_user)]
    organization.secrets.add(*tokens)
    return ProvisionedOrganization(organization, api_user, tokens[0], compliance_user, tokens[1])


def _define_attributes(organization: Organization) -> None:
    admin = organization.users.with_role(Role.ADMINISTRATOR)[0]
    organization.attributes.define("ORDER_ID", "Order ID", admin.id)
    organization.attributes.define("COUPON", "Coupon", admin.id)
    organization.attributes.define("OLD_ORDER_ID", "Old order ID", admin.id, deactivated=True)


def _add_teams(organization: Organization) -> None:
    directory = organization.directory
    agents = tuple(agent.id for agent in directory.agents())
    directory.add_team("Everyone", "All who answer customers", agents)
    directory.add_team("Late shift", "", agents[-1:])
    for country in ("USA", "Canada"):
        directory.add_audience(f"{organization.name} - {country}")


def _hire(organization: Organization) -> None:
    """Add the staff, whose first names all differ: people are told apart by them on pages."""
    ids, first = organization.ids, organization.ids.number(len(_FIRST_NAMES))
    for number, (role, roles) in enumerate(STAFF):
        name = f"{_FIRST_NAMES[(first + number) % len(_FIRST_NAMES)]} {_pick(ids, _LAST_NAMES)}"
        email = f"{slug(role.value)}@{organization.login_domain}"
        organization.add_user(name, email, ids.text(_PASSWORD_LENGTH), roles)


def _pick(ids: Ids, names: tuple[str, ...]) -> str:
    return names[ids.number(len(names))]
