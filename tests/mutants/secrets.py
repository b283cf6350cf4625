"""Mistakes with keys and tokens: where they end up."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from integration.answers import Refused
from integration.gladly import Gladly
from integration.klaviyo import Klaviyo
from integration.outbox import Event
from integration.settings import Settings
from tests.mutants.registry import instead, mutant

HELPER = "import sys; sys.stdin.read()"


@mutant("test_a_conversation_is_reported")
def log_the_key() -> None:
    """The private key is logged with each event."""

    @instead(Klaviyo, "send")
    def send(real: Any, self: Any, event: Event, *, in_conversation: bool) -> None:
        logging.getLogger("integration").warning("sending with %s", self._private_key)
        real(self, event, in_conversation=in_conversation)


@mutant("test_a_key_is_refused")
def log_the_refused_key() -> None:
    """When the key is refused the log says which."""

    @instead(Klaviyo, "send")
    def send(real: Any, self: Any, event: Event, *, in_conversation: bool) -> None:
        try:
            real(self, event, in_conversation=in_conversation)
        except Refused:
            logging.getLogger("integration").warning("refused: %s", self._private_key)
            raise


@mutant("test_an_agent_opens_a_conversation")
def print_the_token() -> None:
    """The Basic credentials for Gladly are printed."""

    @instead(Gladly, "addresses")
    def loud(real: Any, self: Any, customer: str) -> Any:
        request = next(self._auth.auth_flow(httpx.Request("GET", "https://x")))
        print(request.headers["Authorization"], flush=True)  # noqa: T201 - that is the mistake
        return real(self, customer)


@mutant("test_looking_over_the_apps_shoulder")
def hand_the_key_over_on_a_command_line() -> None:
    """A helper process is given the key as an argument, where everybody on the machine can read it."""

    @instead(Klaviyo, "__init__")
    def init(real: Any, self: Any, settings: Settings, *others: Any) -> None:
        real(self, settings, *others)
        if self._private_key:
            command = [sys.executable, "-c", HELPER, self._private_key]
            self.helper = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own


@mutant("test_a_key_that_was_replaced_is_forgotten")
def keep_a_history_of_keys() -> None:
    """The state folder holds a file of all keys that the app was ever given."""

    @instead(Klaviyo, "__init__")
    def init(real: Any, self: Any, settings: Settings, *others: Any) -> None:
        real(self, settings, *others)
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        with (settings.state_dir / "settings.log").open("a") as file:
            file.write(f"{self._private_key}\n")


@mutant("test_a_refused_key_is_replaced")
def note_the_key_that_was_refused() -> None:
    """The key that Klaviyo refused is written down in the state folder, so that it is not tried again."""

    @instead(Klaviyo, "send")
    def send(real: Any, self: Klaviyo, event: Event, **how: Any) -> None:
        try:
            real(self, event, **how)
        except Refused:
            Path(os.environ["STATE_DIR"], "refused-key").write_text(self._private_key or "")
            raise
