"""``signoff.html``: the sign-off as a document, one self-contained file that prints well."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from harness.signoff.environment import environment
from harness.signoff.verdicts import SignOff
from harness.worlds.registry import WORLDS


def as_html(signoff: SignOff, live: Mapping[str, Any] | None = None) -> str:
    """Return the report. Every text in it is escaped. ``live`` says where, when and by whom real systems were used."""
    templates = Environment(
        loader=PackageLoader("harness.signoff"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    absent = {one.name: one.risk for one in WORLDS.values() if signoff.is_idle(one.name)}
    return templates.get_template("signoff.html").render(
        signoff=signoff,
        live=live,
        absent_worlds=absent,
        people={name: WORLDS[name].people for name in signoff.worlds},
        idle_worlds=[world for world in signoff.worlds if world in absent],
        environment=environment(signoff.worlds),
    )
