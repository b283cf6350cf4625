"""The addresses of Gladly's part of the control plane."""

from fakes.core.control.plane import add_control_plane
from fakes.core.http.app import App
from fakes.core.paths import CONTROL_PREFIX
from fakes.gladly.control.apps import add_app_control
from fakes.gladly.control.conversations import add_conversation_control
from fakes.gladly.control.exports import add_export_control
from fakes.gladly.control.organizations import add_organization_control
from fakes.gladly.control.users import add_user_control


def add_control(app: App) -> None:
    """Add the shared control routes and Gladly's own."""
    add_control_plane(app, "organizations")
    every = f"{CONTROL_PREFIX}organizations"
    one = f"{every}/{{tenant_id}}"
    add_organization_control(app, every, one)
    add_conversation_control(app, one)
    add_app_control(app, one)
    add_user_control(app, one)
    add_export_control(app, one)
