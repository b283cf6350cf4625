"""The reference integration on the caller's stack, as an app under test."""

import contextlib
import io
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx

from fakes.core.tenants import Runtime
from harness.app_ports import Strikes
from harness.errors import NotInThisWorld, NotReady
from harness.values import Credentials, Secret
from harness.worlds.app import WEBHOOK_PATH, AppEnvironment, files_with, leaked, secrets_in
from harness.worlds.clients import open_transport
from integration.service import Service
from integration.settings import Settings

APP_HOST = "klaviyo-app.test"
Handler = Callable[[httpx.Request], httpx.Response]
"""A system's way to answer a request."""


class Killed(BaseException):
    """The app was killed in the middle of a call: nothing of its own code is run any more."""


class Death:
    """Kills the app in the call in which some trouble strikes, one that is never answered."""

    def __init__(self) -> None:
        """Let it live."""
        self.comes_by: Strikes | None = None
        self.has_come = False
        self._is_possible = False

    @contextlib.contextmanager
    def possible(self) -> Iterator[None]:
        """Count what is called inside as the app's own calls."""
        self._is_possible = True
        try:
            yield
        finally:
            self._is_possible = False

    def at(self, answer: Handler) -> Handler:
        """Return ``answer``, but so that a call of the app's that is never answered raises ``Killed`` when its time has come."""

        def answered(request: httpx.Request) -> httpx.Response:
            try:
                return answer(request)
            except httpx.ReadTimeout:
                if self._is_possible and not self.has_come and self.comes_by and self.comes_by.struck():
                    self.has_come = True
                    raise Killed from None
                raise

        return answered


class InProcessApp:
    """The reference integration as an ``AppUnderTest``: after each webhook it works off what is due, on the same stack."""

    url = f"https://{APP_HOST}{WEBHOOK_PATH}"

    def __init__(self, app_environment: AppEnvironment, runtime: Runtime, death: Death) -> None:
        """Start nothing yet; ``death`` may come in a call."""
        self._settings = app_environment
        self._clock = runtime.clock
        self._private_key: str | None = None
        self._service: Service | None = None
        self._log = io.StringIO()
        self._told: dict[str, str] = {}
        self._handler = logging.StreamHandler(self._log)
        self._death = death
        self._wakes: datetime | None = None

    @property
    def key(self) -> Secret:
        """The key by which it is to call Klaviyo now."""
        return Secret(self._private_key or self._settings.public_key)

    def start(self, private_key: str | None) -> None:
        """Make the service with the contract's variables and let it do what it finds to do."""
        self._private_key = private_key
        env = self._settings.environment(443, private_key)
        self._told |= secrets_in(env)
        self._service = Service(
            Settings.from_env(env),
            transport=open_transport(),
            now=lambda: self._clock.now().timestamp(),
        )
        logging.getLogger("integration").addHandler(self._handler)
        self._work()

    def save_settings(self, private_key: str | None) -> None:
        """Close the service and make it anew."""
        self.stop()
        self.start(private_key or self._private_key)

    def crash(self) -> None:
        """Drop the service without an orderly end; what it had not stored is gone."""
        service, self._service, self._wakes = self._service, None, None
        if service is not None:
            service.abandon()

    def start_again(self) -> None:
        """Start with the settings it had."""
        self.start(self._private_key)

    def use_credentials(self, credentials: Credentials) -> None:
        """Close the service and make it anew with other credentials for Gladly's API."""
        self._settings = replace(self._settings, gladly=credentials)
        self.save_settings(None)

    def fill_disk(self) -> None:
        """Raise ``NotInThisWorld``."""
        raise NotInThisWorld("this world's app is no process; tag the scenario @needs-full-disk")

    def dies_in(self, trouble: Strikes) -> None:
        """Die in the call in which ``trouble`` strikes."""
        self._death.comes_by, self._death.has_come = trouble, False

    def lives_on(self) -> None:
        """Die no more in whatever call it makes."""
        self._death.comes_by = None

    def has_died(self) -> bool:
        """Say whether it was killed in a call and not started since."""
        return self._death.has_come

    def start_after_death(self) -> None:
        """Start it again once it was killed so, or raise ``NotReady``."""
        if not self._death.has_come:
            raise NotReady("the call in which the app was to be killed has not come")
        self._death.comes_by, self._death.has_come = None, False
        self.start_again()

    def second_process(self) -> contextlib.AbstractContextManager[None]:
        """Raise ``NotInThisWorld``."""
        raise NotInThisWorld("this world's app is no process; tag the scenario @needs-own-process")

    def shown_in_the_process_list(self) -> list[str]:
        """Raise ``NotInThisWorld``."""
        raise NotInThisWorld("this world's app is no process; tag the scenario @needs-own-process")

    def files_with(self, secret: str) -> list[str]:
        """Return the files of its state folder that hold ``secret``."""
        return files_with(self._settings.state_dir, secret)

    def told(self) -> list[str]:
        """Return the secrets that it was told."""
        return list(self._told)

    def leaks(self) -> list[str]:
        """Return which secrets it was told stand in what it printed and logged."""
        return leaked(self.output(), self._told)

    def output(self) -> str:
        """Return what it logged."""
        return self._log.getvalue()

    def stop(self) -> None:
        """Close the service; what it prints and logs on the way counts."""
        service, self._service, self._wakes = self._service, None, None
        if service is not None:
            with self._listening():
                service.close()
        logging.getLogger("integration").removeHandler(self._handler)

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one webhook, then work."""
        if self._service is None:
            raise httpx.ConnectError("the app is not running")
        with self._listening():
            answer: Iterable[bytes] = self._service.app(environ, start_response)
        if self._service.was_told:
            self._work()
        return answer

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Keep what the app prints."""
        with contextlib.redirect_stdout(self._log), contextlib.redirect_stderr(self._log):
            yield

    def _work(self) -> None:
        service = self._service
        if service is None:
            return
        try:
            with self._listening(), self._death.possible():
                due = service.work()
        except Killed:
            self.crash()
            return
        if due is not None:
            self._wake_at(datetime.fromtimestamp(due, UTC))

    def _wake_at(self, when: datetime) -> None:
        """Work again at ``when``, once: a later time that was meant before does not count any more."""
        if self._wakes is not None and self._wakes <= when:
            return
        self._wakes = when
        self._clock.call_at(when, lambda: self._wake(when))

    def _wake(self, when: datetime) -> None:
        if self._wakes == when:
            self._wakes = None
            self._work()
