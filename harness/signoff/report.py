"""``signoff.html``: the sign-off as a document, one self-contained file that prints well."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from harness.signoff.verdicts import SignOff

NOT_BUILT = {
    "browser": "The web pages of both systems were not used: what only a page shows is not tested.",
    "live": "No real Klaviyo account or Gladly organization was used: everything rests on the fakes (docs/differences.md).",
}


def as_html(signoff: SignOff) -> str:
    """Return the report. Every text in it is escaped."""
    environment = Environment(
        loader=PackageLoader("harness.signoff"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    absent = {world: risk for world, risk in NOT_BUILT.items() if world not in signoff.worlds}
    return environment.get_template("signoff.html").render(signoff=signoff, absent_worlds=absent)
