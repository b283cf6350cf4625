"""``signoff.html``: the sign-off as a document, one self-contained file that prints well."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from harness.signoff.environment import environment
from harness.signoff.verdicts import SignOff

RISKS = {
    "memory": "The world in which everything runs in one process was left out.",
    "http": "The integration was not run in a process of its own: its start, its stop and its sockets are not tested.",
    "browser": "The web pages of both systems were not used: what only a page shows is not tested.",
    "live": "No real Klaviyo account or Gladly organization was used: everything rests on the fakes (docs/differences.md).",
}


def as_html(signoff: SignOff) -> str:
    """Return the report. Every text in it is escaped."""
    templates = Environment(
        loader=PackageLoader("harness.signoff"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    absent = {world: risk for world, risk in RISKS.items() if signoff.is_idle(world)}
    return templates.get_template("signoff.html").render(
        signoff=signoff,
        absent_worlds=absent,
        idle_worlds=[world for world in signoff.worlds if world in absent],
        environment=environment(signoff.worlds),
    )
