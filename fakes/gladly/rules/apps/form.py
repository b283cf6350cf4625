"""The Klaviyo App's form in Settings > Apps, as it is shown to add one and to edit one."""

from collections.abc import Mapping
from typing import Any, Final

from fakes.gladly.rules.forms import NAME_HELP, NAME_LABEL

TYPE: Final = "Klaviyo"
ADD_HEADING: Final = "Add New Klaviyo App"
EDIT_HEADING: Final = "Edit Klaviyo App"
DESCRIPTION: Final = (
    "The Gladly-Klaviyo integration enables you to segment customers in Klaviyo based on whether the customer is"
    " engaged in a support conversation in Gladly."
)
KEY_LABEL: Final = "Klaviyo Private API Key"
KEY_HELP: Final = (
    "Used to authenticate API requests to Klaviyo. You can obtain and make changes to your API keys from your"
    " Klaviyo account's Settings page under the API Keys tab."
)
EXISTING_LABEL: Final = "Do Not Create New Klaviyo Customers"
EXISTING_HELP: Final = "When this is on, only customers that Klaviyo already has are updated."
"""Our words: the label is Gladly's, its helper text is not known."""


def form(heading: str, name: str, *, existing_only: bool) -> Mapping[str, Any]:
    """Return what both forms show. The key's field is always empty: the key is never shown again (inferred)."""
    return {
        "heading": heading,
        "description": DESCRIPTION,
        "fields": [
            {"label": NAME_LABEL, "help": NAME_HELP, "value": name},
            {"label": KEY_LABEL, "help": KEY_HELP, "value": ""},
        ],
        "settings": [{"label": EXISTING_LABEL, "help": EXISTING_HELP, "value": existing_only}],
    }
