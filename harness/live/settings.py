"""What the environment says of the systems to go live at, checked as a whole before anything is called."""

import getpass
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from harness.errors import BadSettings
from harness.live.variables import PEOPLE, PREFIX, every_variable, person_variables, variable
from harness.redaction import redact
from harness.values import Credentials, Secret

Allowed = Literal["nothing", "verify", "upgrade"]
ALLOWED: tuple[Allowed, ...] = ("nothing", "verify", "upgrade")
DROPPED_DOMAINS = ("example.com", "test.com")
"""Klaviyo takes events for these addresses and never shows them (Klaviyo docs, which add "or similar")."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

READING = (
    "LIVE_KLAVIYO_ACCOUNT_ID",
    "LIVE_KLAVIYO_KEY",
    "LIVE_GLADLY_URL",
    "LIVE_GLADLY_ORGANIZATION_ID",
    "LIVE_GLADLY_API_USER",
    "LIVE_GLADLY_API_TOKEN",
)
"""What every way to go live needs."""

TO_LOOK = tuple(name for name in READING if not name.endswith("_ID"))
"""What the doctor needs to say whose credentials they are."""


@dataclass(frozen=True)
class Person:
    """Somebody who acts at web pages: the file with the browser's state, and a login where one is given."""

    name: str
    state: Path
    login: Credentials | None = None


@dataclass(frozen=True)
class LiveSettings:
    """Where to go, as whom, and what may be touched there. Times are seconds."""

    klaviyo_api: str
    klaviyo_web: str
    account_id: str
    klaviyo_key: str = field(repr=False)
    gladly: str
    organization_id: str
    api_user: Credentials
    app_name: str
    app_key: str = field(repr=False)
    allow: Allowed
    mail_domain: str
    deadline: float
    settle: float
    folder: Path
    operator: str
    people: Mapping[str, Person]

    def secrets(self) -> list[str]:
        """Return every value that must never be shown."""
        passwords = [one.login.password for one in self.people.values() if one.login]
        return [one for one in (self.klaviyo_key, self.app_key, self.api_user.password, *passwords) if one]

    @property
    def is_loopback(self) -> bool:
        """Whether all of it is on this machine: a rehearsal, not the real systems."""
        hosts = {urlsplit(one).hostname for one in (self.klaviyo_api, self.klaviyo_web, self.gladly)}
        return hosts <= LOOPBACK


def environment(file: Path | None = None, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the process's variables over those of ``file``, by default ``.env`` where there is one.

    Raises ``BadSettings`` for a file that is named and not there.
    """
    if file is not None and not file.is_file():
        raise BadSettings([f"there is no file {file}; copy .env.example to it and fill it in"])
    path = file or Path(".env")
    if path.is_dir():
        raise BadSettings([f"{path} is a folder; it has to be a file, such as a copy of .env.example"])
    found = dotenv_values(path, interpolate=False) if path.is_file() else {}
    values = {name: value for name, value in found.items() if value is not None}
    return values | dict(os.environ if env is None else env)


def settings(env: Mapping[str, str], *, needs: Iterable[str] = READING) -> LiveSettings:
    """Return the settings that ``env`` holds. Raises ``BadSettings`` with everything that is missing or cannot be."""
    reader = _Reader(env)
    reader.require(needs)
    folder = Path(reader.text("LIVE_FOLDER"))
    made = LiveSettings(
        klaviyo_api=reader.url("LIVE_KLAVIYO_API_URL"),
        klaviyo_web=reader.url("LIVE_KLAVIYO_WEB_URL"),
        account_id=reader.text("LIVE_KLAVIYO_ACCOUNT_ID"),
        klaviyo_key=Secret(reader.text("LIVE_KLAVIYO_KEY")),
        gladly=reader.url("LIVE_GLADLY_URL"),
        organization_id=reader.text("LIVE_GLADLY_ORGANIZATION_ID"),
        api_user=Credentials(
            reader.text("LIVE_GLADLY_API_USER"), Secret(reader.text("LIVE_GLADLY_API_TOKEN"))
        ),
        app_name=reader.text("LIVE_GLADLY_APP_NAME"),
        app_key=Secret(reader.text("LIVE_GLADLY_APP_KEY")),
        allow=reader.allowed(),
        mail_domain=reader.mail_domain(),
        deadline=reader.seconds("LIVE_DEADLINE"),
        settle=reader.seconds("LIVE_SETTLE"),
        folder=folder,
        operator=env.get("LIVE_OPERATOR") or getpass.getuser(),
        people={name: reader.person(name, folder) for name in PEOPLE},
    )
    reader.refuse_problems()
    return made


class _Reader:
    """Reads variables and collects what is wrong with them, so that all of it is said at once."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._problems: list[str] = []
        known = {one.name for one in every_variable()}
        for name in env:
            if name.startswith(PREFIX) and name not in known:
                self._problems.append(
                    f"{name} is no variable of the harness; .env.example lists those there are"
                )

    def require(self, names: Iterable[str]) -> None:
        for name in names:
            if not self._env.get(name, "").strip():
                one = variable(name)
                where = f" Where to get it: {one.where}." if one.where else ""
                self._problems.append(f"{name} is not set: {one.about}.{where} ({one.anchor})")

    def text(self, name: str) -> str:
        return self._env.get(name, "").strip() or variable(name).default

    def url(self, name: str) -> str:
        text = self.text(name).rstrip("/")
        parts = urlsplit(text)
        if text and not (parts.scheme in {"http", "https"} and parts.hostname and not parts.path):
            self._problems.append(
                f"{name}: {redact(text)!r} has to be a web address and nothing behind the host, such as https://host.example"
            )
        elif text and parts.scheme != "https" and parts.hostname not in LOOPBACK:
            self._problems.append(f"{name}: {text} would carry credentials in clear; begin it with https://")
        return text

    def seconds(self, name: str) -> float:
        text = self.text(name)
        try:
            seconds = float(text)
        except ValueError:
            seconds = -1.0
        if not 0 < seconds < float("inf"):
            self._problems.append(f"{name}: {text!r} is no number of seconds")
        return seconds

    def allowed(self) -> Allowed:
        text = self.text("LIVE_ALLOW")
        for one in ALLOWED:
            if one == text:
                return one
        self._problems.append(f"LIVE_ALLOW: {text!r} is none of {', '.join(ALLOWED)}")
        return "nothing"

    def mail_domain(self) -> str:
        domain = self.text("LIVE_MAIL_DOMAIN").lower().removeprefix("@")
        if any(domain == one or domain.endswith(f".{one}") for one in DROPPED_DOMAINS):
            self._problems.append(
                f"LIVE_MAIL_DOMAIN: Klaviyo silently drops events for addresses at {domain}; name another domain"
            )
        return domain

    def person(self, name: str, folder: Path) -> Person:
        names = {part: one.name for part, one in person_variables(name).items()}
        state = self._env.get(names["state"], "").strip()
        email, password = (self._env.get(names[part], "").strip() for part in ("email", "password"))
        if bool(email) != bool(password):
            self._problems.append(f"set both {names['email']} and {names['password']}, or neither")
        login = Credentials(email, Secret(password)) if email and password else None
        return Person(name, Path(state) if state else folder / "states" / f"{name}.json", login)

    def refuse_problems(self) -> None:
        if self._problems:
            raise BadSettings(self._problems)
