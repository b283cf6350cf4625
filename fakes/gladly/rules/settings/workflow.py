"""Settings > Conversation Workflow: what an Administrator decides for all conversations of the organization."""

import math
from typing import Final

from fakes.gladly.rules.errors import ErrorDetail, InvalidError
from fakes.gladly.rules.organization.organization import Organization
from fakes.gladly.rules.users.users import User, require_workflow_page

WINDOW_LABEL: Final = "Conversation Reopen Window"
TOPIC_LABEL: Final = "Require every Conversation to have a topic applied before it can be closed"
"""The two options' names (vendor help)."""

LONGEST_WINDOW_HOURS: Final = 24 * 365


def save(organization: Organization, window_hours: str, by: User, *, topic_required: bool) -> None:
    """Save the page. Raises ``RoleError``, or ``InvalidError`` for a window that is no number of hours up to a year.

    Which role may do so, and the limits, are inferred.
    """
    require_workflow_page(by)
    organization.switches.reopen_window_hours = _hours(window_hours)
    organization.switches.topic_required_to_close = topic_required
    what = f"set the reopen window to {window_hours.strip()} hours, topics {'' if topic_required else 'not '}required"
    organization.journal.write("action", what, user=by.email)


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = math.nan
    if not 0 <= hours <= LONGEST_WINDOW_HOURS:
        detail = f"the window must be a number of hours from 0 to {LONGEST_WINDOW_HOURS}"
        raise InvalidError(ErrorDetail("not_a_number", detail, "window"))
    return hours
