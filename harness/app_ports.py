"""The ports of the integration under test: how it is started, killed and told, and what it leaves to look at."""

from contextlib import AbstractContextManager
from typing import Protocol

from harness.values import Credentials, Secret


class Strikes(Protocol):
    """Trouble that counts how often it has struck."""

    def struck(self) -> int:
        """Return how often."""
        ...


class Reach(Protocol):
    """Whether the app finds anybody at Klaviyo's address."""

    def lose(self) -> None:
        """Let every connection be refused from now on."""
        ...

    def regain(self) -> None:
        """Let connections be taken again."""
        ...


class Remains(Protocol):
    """What an integration leaves to look at."""

    def shown_in_the_process_list(self) -> list[str]:
        """Return fingerprints of the secrets it was told that the list of processes shows."""
        ...

    def files_with(self, secret: str) -> list[str]:
        """Return the files of its state folder that hold ``secret``."""
        ...

    def leaks(self) -> list[str]:
        """Return fingerprints of the secrets it was told and has printed."""
        ...

    def output(self) -> str:
        """Return all that it printed and logged."""
        ...

    def told(self) -> list[str]:
        """Return the secrets that it was told, in every form in which it may show them."""
        ...


class AppUnderTest(Remains, Protocol):
    """An integration that can be started, told a new key, crashed and stopped."""

    @property
    def url(self) -> str:
        """Where it listens for webhooks."""
        ...

    @property
    def key(self) -> Secret:
        """The key by which it is to call Klaviyo now: the private one it was given last, the public one without."""
        ...

    def start(self, private_key: str | None) -> None:
        """Start it and wait until it answers a PING."""
        ...

    def save_settings(self, private_key: str | None) -> None:
        """Stop it in an orderly way and start it again with ``private_key``, or with the old one for None."""
        ...

    def crash(self) -> None:
        """Kill it without warning."""
        ...

    def start_again(self) -> None:
        """Start it with the settings it had."""
        ...

    def use_credentials(self, credentials: Credentials) -> None:
        """Stop it in an orderly way and start it again with other credentials for Gladly's API."""
        ...

    def fill_disk(self) -> None:
        """Let it write into no file any more, until it is started again."""
        ...

    def dies_in(self, trouble: Strikes) -> None:
        """Kill it without warning as soon as ``trouble``, a call that is never answered, has struck."""
        ...

    def lives_on(self) -> None:
        """Kill it no more in whatever call it makes."""
        ...

    def has_died(self) -> bool:
        """Say whether it was killed in a call and not started since."""
        ...

    def start_after_death(self) -> None:
        """Start it again once it was killed so; ``NotReady`` when it never is."""
        ...

    def second_process(self) -> AbstractContextManager[None]:
        """Start it once more on the same state folder, at another ``url``; the first ends in an orderly way at the end."""
        ...

    def stop(self) -> None:
        """End it for good."""
        ...
