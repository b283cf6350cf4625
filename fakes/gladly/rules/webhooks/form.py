"""The form in Settings > Webhooks: what it shows of a webhook, and what saving it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fakes.gladly.rules.errors import ErrorDetail, raise_invalid
from fakes.gladly.rules.forms import NAME_HELP, NAME_LABEL
from fakes.gladly.rules.webhooks.webhooks import Credentials, Settings, Webhook

ADD_HEADING: Final = "Create Webhook"
URL_LABEL: Final = "Webhook URL"
URL_HELP: Final = "The URL where you'd like to send events"
HELPS: Final[Mapping[str, str]] = {NAME_LABEL: NAME_HELP, URL_LABEL: URL_HELP}


def shown(webhook: Webhook | None) -> dict[str, Any]:
    """Return the form of a webhook, or the one for a new webhook (labels and helps: vendor sample code).

    Neither credentials nor header values are shown: of these it says whether there are some, and the headers' names.
    """
    settings = webhook.settings if webhook is not None else Settings("", ())
    return {
        "heading": f"Edit {settings.name}" if webhook is not None else ADD_HEADING,
        "name": settings.name,
        "enabled": settings.enabled,
        "url": settings.url,
        "events": list(settings.events),
        "has_credentials": settings.credentials is not None,
        "headers": list(settings.headers),
    }


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it is when it is saved.

    ``username`` and ``password`` both left blank keep what is stored. Of ``headers``, one without a value keeps the
    stored one, and one that is not there is taken away (all inferred from what the API says of reading them).
    """

    name: str
    url: str
    events: tuple[str, ...]
    enabled: bool
    username: str = ""
    password: str = field(default="", repr=False)
    realm: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def settings(self, webhook: Webhook | None) -> Settings:
        """Return the settings to save for ``webhook``, or for a new one; ``InvalidError`` for half a pair."""
        if bool(self.username) != bool(self.password):
            missing = "password" if self.username else "username"
            raise_invalid([ErrorDetail("blank", f"{missing} cannot be blank", f"credentials.{missing}")])
        old = webhook.settings if webhook is not None else Settings("", ())
        new = Credentials(self.username, self.password, self.realm) if self.username else old.credentials
        headers = {name: value or old.headers.get(name, "") for name, value in self.headers.items()}
        filled = Settings(self.url.strip(), self.events, self.name.strip(), enabled=self.enabled)
        return replace(filled, credentials=new, headers=headers)
