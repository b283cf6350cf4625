"""The environment's variables by which one goes live: the one table that ``.env.example``, ``doctor`` and errors are made of."""

from dataclasses import dataclass

PREFIX = "LIVE_"


@dataclass(frozen=True)
class Variable:
    """One variable: what it is, where to get it, its default, and whether its value may be shown."""

    name: str
    about: str
    where: str = ""
    default: str = ""
    secret: bool = False
    sample: str = ""
    """What it looks like, for who has to fill it in."""

    @property
    def anchor(self) -> str:
        """Where ``docs/live.md`` explains it."""
        return f"docs/live.md#{self.name.lower().replace('_', '-')}"


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "LIVE_KLAVIYO_ACCOUNT_ID",
        "the one Klaviyo account that may be touched",
        "Klaviyo > Settings > API keys: the public API key, also called site ID",
        sample="AbC123",
    ),
    Variable(
        "LIVE_KLAVIYO_KEY",
        "a private key that reads: accounts, events, metrics and profiles (and credentials for `upgrade`)",
        "Klaviyo > Settings > API keys > Create Private API Key > Read-Only Key, made for this harness alone",
        secret=True,
        sample="pk_...",
    ),
    Variable("LIVE_KLAVIYO_API_URL", "where Klaviyo's API is", default="https://a.klaviyo.com"),
    Variable("LIVE_KLAVIYO_WEB_URL", "where Klaviyo's web pages are", default="https://www.klaviyo.com"),
    Variable(
        "LIVE_GLADLY_URL",
        "where Gladly is, API and web pages",
        "the address of the agents' workspace, without a path",
        sample="https://example.us-uat.gladly.qa",
    ),
    Variable(
        "LIVE_GLADLY_ORGANIZATION_ID",
        "the one Gladly organization that may be touched",
        "`python -m harness live doctor` says which organization the token belongs to",
        sample="UvImZaYMQtKJGF2VDuiBNg",
    ),
    Variable(
        "LIVE_GLADLY_API_USER",
        "the e-mail address of the Gladly user whose token is used; reports need the roles API User and Administrator",
        "Gladly > Settings > Users",
        sample="api-user@shop.invalid",
    ),
    Variable(
        "LIVE_GLADLY_API_TOKEN",
        "an API token of that user",
        "Gladly > Settings > API Tokens > Create Token; it is shown once",
        secret=True,
        sample="...",
    ),
    Variable(
        "LIVE_GLADLY_APP_NAME",
        "what the Klaviyo App is called in Gladly > Settings > Apps",
        default="Klaviyo",
    ),
    Variable(
        "LIVE_GLADLY_APP_KEY",
        "the private key that the Klaviyo App is left with after `upgrade`; without it the run's last key stays",
        "Klaviyo > Settings > API keys > Create Private API Key > Custom Key, Full Access for Events",
        secret=True,
    ),
    Variable(
        "LIVE_ALLOW",
        "what may be changed there: `nothing`, `verify` (one customer and one conversation), or `upgrade`"
        " (keys and the app too)",
        default="nothing",
    ),
    Variable(
        "LIVE_MAIL_DOMAIN",
        "the domain of the addresses that test customers get; mail to it must harm nobody",
        default="mail.sandbox.gladly.qa",
    ),
    Variable("LIVE_DEADLINE", "how many seconds to wait for something to be seen", default="600"),
    Variable(
        "LIVE_SETTLE",
        "how many seconds nothing more has to come before `and no more` is believed",
        default="60",
    ),
    Variable("LIVE_FOLDER", "where browser states, ledgers and recordings are kept", default="build/live"),
    Variable("LIVE_OPERATOR", "who runs this, for the sign-off pack", default="the name of the login"),
)

PEOPLE = {
    "klaviyo-admin": "an Owner, Admin or Manager of the Klaviyo account",
    "gladly-admin": "an Administrator of the Gladly organization",
    "gladly-agent": "an agent of the Gladly organization",
}
"""Who acts at web pages. Each has a browser state that ``live sign-in`` keeps, and may have an address and a password."""


def person_variables(person: str) -> dict[str, Variable]:
    """Return the variables of one of ``PEOPLE``: ``state``, ``email`` and ``password``."""
    stem = f"{PREFIX}{person.upper().replace('-', '_')}"
    return {
        "state": Variable(
            f"{stem}_STATE",
            f"the browser state of {PEOPLE[person]}, a file that `live sign-in {person}` writes",
            default=f"LIVE_FOLDER/states/{person}.json",
        ),
        "email": Variable(
            f"{stem}_EMAIL",
            f"the address of {PEOPLE[person]}; with the password, `live sign-in` needs nobody at the screen",
        ),
        "password": Variable(f"{stem}_PASSWORD", "the password that goes with it", secret=True),
    }


def every_variable() -> tuple[Variable, ...]:
    """Return all variables there are, those of people last."""
    return (*VARIABLES, *(one for person in PEOPLE for one in person_variables(person).values()))


def variable(name: str) -> Variable:
    """Return the variable of this name."""
    return next(one for one in every_variable() if one.name == name)
