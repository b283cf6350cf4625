"""Both systems, opened from the settings, and made sure of: nothing else is called before it is known whom one speaks to."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import httpx

from harness.errors import BadSettings, NotAllowed, WrongSystem
from harness.live.caller import PATIENCE, Caller, Recorder, open_client
from harness.live.gladly import GladlyApi, Organization
from harness.live.klaviyo import Account, KlaviyoApi
from harness.live.settings import LiveSettings

T = TypeVar("T")
Mode = Literal["verify", "upgrade"]
MODES: tuple[Mode, ...] = ("verify", "upgrade")
"""What ``--live`` can be: what of the runbook is done."""

SANDBOX_SUFFIX = ".gladly.qa"
"""What the host of every Gladly sandbox ends in (Gladly OpenAPI, Gladly help)."""


@dataclass(frozen=True)
class Systems:
    """Both APIs."""

    klaviyo: KlaviyoApi
    gladly: GladlyApi


@dataclass(frozen=True)
class Identity:
    """Whom the systems say that they are."""

    account: Account
    organization: Organization


@contextlib.contextmanager
def open_systems(
    settings: LiveSettings,
    *,
    record: Recorder | None = None,
    told: Callable[[str], None] = lambda _text: None,
    patience: float = PATIENCE,
) -> Iterator[Systems]:
    """Yield both APIs. ``told`` hears of every trouble on the way, ``record`` of every answer."""
    secrets = tuple(settings.secrets())
    basic = httpx.BasicAuth(settings.api_user.username, settings.api_user.password)
    with open_client(settings.klaviyo_api) as to_klaviyo, open_client(settings.gladly, basic) as to_gladly:
        klaviyo = Caller("Klaviyo", to_klaviyo, secrets, patience, record, told)
        gladly = Caller("Gladly", to_gladly, secrets, patience, record, told)
        yield Systems(KlaviyoApi(klaviyo, settings.klaviyo_key), GladlyApi(gladly))


def make_sure(systems: Systems, settings: LiveSettings) -> Identity:
    """Return whom one speaks to. Raises ``WrongSystem`` unless they are the account and the organization that may be touched."""
    account = _with_its_variable(systems.klaviyo.account, "LIVE_KLAVIYO_KEY")
    if account.id != settings.account_id:
        raise WrongSystem(
            f"LIVE_KLAVIYO_KEY belongs to the account {account.id} ({account.name or 'without a name'}), and only"
            f" {settings.account_id} may be touched (LIVE_KLAVIYO_ACCOUNT_ID). Nothing was changed."
        )
    organization = _with_its_variable(
        systems.gladly.organization, "LIVE_GLADLY_API_USER, LIVE_GLADLY_API_TOKEN"
    )
    if organization.id != settings.organization_id:
        raise WrongSystem(
            f"LIVE_GLADLY_API_TOKEN belongs to the organization {organization.id} ({organization.name}), and only"
            f" {settings.organization_id} may be touched (LIVE_GLADLY_ORGANIZATION_ID). Nothing was changed."
        )
    return Identity(account, organization)


def _with_its_variable(ask: Callable[[], T], names: str) -> T:
    """Return what ``ask`` does; a refusal names the variables that it is about."""
    try:
        return ask()
    except NotAllowed as error:
        raise NotAllowed(
            f"{error} ({names}); `python -m harness live doctor` says more", error.status
        ) from None


def refuse_production(identity: Identity, settings: LiveSettings) -> None:
    """Raise ``WrongSystem`` unless both are sandboxes: ``upgrade`` makes keys and changes the app."""
    if not identity.account.is_test:
        raise WrongSystem(
            f"the account {identity.account.id} is a production account (Klaviyo says test_account: false); `upgrade`"
            " runs in a test account only. Nothing was changed."
        )
    host = urlsplit(settings.gladly).hostname or ""
    if not (settings.is_loopback or host.endswith(SANDBOX_SUFFIX)):
        raise WrongSystem(
            f"{host} is no Gladly sandbox: their hosts end in {SANDBOX_SUFFIX}; `upgrade` runs in a sandbox only."
            " Nothing was changed."
        )


def permitted(systems: Systems, settings: LiveSettings, mode: Mode) -> Identity:
    """Return whom one speaks to, if what ``mode`` changes may be changed there.

    Raises ``BadSettings`` when the environment does not allow ``mode``, ``WrongSystem`` when another account or organization
    answers, or one in production to ``upgrade``.
    """
    if settings.allow not in {mode, "upgrade"}:
        problem = (
            f"LIVE_ALLOW is {settings.allow!r}: set it to {mode!r} to allow what `--live {mode}` changes"
        )
        raise BadSettings([f"{problem} (docs/live.md#live-allow)"])
    identity = make_sure(systems, settings)
    if mode == "upgrade":
        refuse_production(identity, settings)
    return identity
