"""``python -m harness pages``: whether the page objects still fit the pages."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from playwright.sync_api import BrowserContext
from rich.console import Console
from rich.table import Table

from harness.chromium.session import BrowserSession, open_browser
from harness.commands.ending import MISUSE, end
from harness.errors import BadScreens, BadSettings, NoBrowser, NotRunHere, SystemFailed
from harness.live.run import sessions_of
from harness.live.settings import LiveSettings, environment, settings
from harness.live.systems import make_sure, open_systems
from harness.live.terminal import Teller
from harness.pages.check import Finding, Missing, check_gladly_admin, check_gladly_agent, check_klaviyo
from harness.pages.rehearsal import furnished_fakes
from harness.pages.screens.current import use
from harness.pages.tab import Tab
from harness.redaction import redact
from harness.values import Login, Secret

out = Console(emoji=False)
err = Console(stderr=True, emoji=False)
PEOPLE = {"klaviyo": ("KLAVIYO",), "gladly": ("GLADLY_ADMIN", "GLADLY_AGENT")}
Checker = Callable[[Tab, Login | None, Path], Iterator[Finding]]


KlaviyoUrl = Annotated[
    str, typer.Option(help="Klaviyo's web address; signs in with $KLAVIYO_EMAIL, $KLAVIYO_PASSWORD.")
]
GladlyUrl = Annotated[
    str,
    typer.Option(
        help="Gladly's web address; signs in with $GLADLY_ADMIN_EMAIL, $GLADLY_ADMIN_PASSWORD and the same of GLADLY_AGENT."
    ),
]
ScreensFiles = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE", help="What is called otherwise than harness/pages/screens says; repeatable."
    ),
]
ReportFolder = Annotated[
    Path, typer.Option(metavar="DIR", help="Where pages are shown on which something is missing.")
]
Live = Annotated[
    bool,
    typer.Option("--live", help="At the systems of the LIVE_ variables, as whoever `live sign-in` has kept."),
]


def pages(
    klaviyo: KlaviyoUrl = "",
    gladly: GladlyUrl = "",
    *,
    screens: ScreensFiles = None,
    report: ReportFolder = Path("build/pages"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON instead.")] = False,
    live: Live = False,
    env: Annotated[Path | None, typer.Option(metavar="FILE", help="With --live: a file with them.")] = None,
) -> None:
    """Look for every part that the page objects know, on running systems; on fakes of its own when none is named.

    Exit code 1 if a part is missing or a page cannot be reached; each is shown with what on the page is nearest to it.
    Nothing is changed on the systems.
    """
    with ExitStack() as stack:
        try:
            use(screens or ())
        except BadScreens as error:
            end(str(error), MISUSE)
        chosen = _live_settings(env) if live else None
        named = bool(klaviyo or gladly)
        logins = _logins(klaviyo, gladly) if named or live else stack.enter_context(furnished_fakes())
        try:
            session = stack.enter_context(open_browser(loopback_only=not (named or live)))
        except NoBrowser as error:
            end(str(error), 1)
        findings = [
            one
            for name, checker in CHECKERS.items()
            if name in logins
            for one in _checked(session, checker, logins[name], report)
        ]
        findings += _checked_live(session, chosen, report) if chosen else []
    if as_json:
        out.print_json(json.dumps([asdict(one) for one in findings], default=str))
    else:
        _tell(findings)
    if not all(one.fits for one in findings):
        raise typer.Exit(1)


CHECKERS: dict[str, Checker] = {
    "KLAVIYO": check_klaviyo,
    "GLADLY_ADMIN": check_gladly_admin,
    "GLADLY_AGENT": check_gladly_agent,
}


def _live_checkers(chosen: LiveSettings) -> dict[str, Checker]:
    """Return who looks how at real systems: at the form of the app that is meant, and without beginning a message."""
    return {
        "klaviyo-admin": check_klaviyo,
        "gladly-admin": partial(check_gladly_admin, app=chosen.app_name),
        "gladly-agent": partial(check_gladly_agent, composing=False),
    }


def _checked(session: BrowserSession, checker: Checker, login: Login, report: Path) -> list[Finding]:
    context = session.open_context(login.url)
    try:
        return list(checker(Tab(context.new_page()), login, report))
    finally:
        context.close()


def _live_settings(env: Path | None) -> LiveSettings:
    """Return where to look, once it is sure that these are the systems that may be touched."""
    try:
        chosen = settings(environment(env))
    except BadSettings as error:
        end(str(error), MISUSE)
    try:
        with open_systems(chosen, told=Teller().line) as systems:
            make_sure(systems, chosen)
    except (BadSettings, SystemFailed) as error:
        end(str(error), MISUSE, chosen.secrets())
    return chosen


def _checked_live(session: BrowserSession, chosen: LiveSettings, report: Path) -> list[Finding]:
    """Look as each of the people whose browser state was kept."""
    contexts: list[BrowserContext] = []
    found: list[Finding] = []
    for person, checker in _live_checkers(chosen).items():
        sessions = sessions_of(person, chosen, lambda: session, Teller().ask, contexts.append)
        try:
            found += checker(sessions.tab(), None, report)
        except NotRunHere as error:
            found.append(Finding(person, "", not_reached=str(error)))
    for context in contexts:
        context.close()
    secrets = chosen.secrets()
    return [replace(one, not_reached=redact(one.not_reached, secrets)) for one in found]


def _logins(klaviyo: str, gladly: str) -> dict[str, Login]:
    """Return who signs in where, by the environment; names what is missing there, or is no address."""
    for option, url in (("--klaviyo", klaviyo), ("--gladly", gladly)):
        if url and not (urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname):
            end(f"{option}: {url!r} is no web address; give one such as https://www.example.com", MISUSE)
    wanted = {
        name: url
        for system, url in (("klaviyo", klaviyo), ("gladly", gladly))
        if url
        for name in PEOPLE[system]
    }
    names = [f"{name}_{part}" for name in wanted for part in ("EMAIL", "PASSWORD")]
    if absent := [name for name in names if not os.environ.get(name)]:
        end(f"set {', '.join(absent)}: the pages are looked at by somebody who is signed in", MISUSE)
    return {
        name: Login(url, os.environ[f"{name}_EMAIL"], Secret(os.environ[f"{name}_PASSWORD"]))
        for name, url in wanted.items()
    }


def _tell(findings: list[Finding]) -> None:
    out.print(_table(findings))
    for one in findings:
        if one.left_out:
            shown = f"{one.page_object} is not looked at: {one.left_out}"
            err.print(shown, markup=False, highlight=False, soft_wrap=True)
        for part in one.missing:
            err.print(in_words(part), style="red", markup=False, highlight=False, soft_wrap=True)
        if one.files:
            shown = f"{one.page_object} as it is now: {', '.join(map(str, one.files))}"
            err.print(shown, markup=False, highlight=False, soft_wrap=True)
    missing = sum(len(one.missing) for one in findings)
    looked_at = [one for one in findings if not one.left_out]
    out.print(f"{len(looked_at)} pages, {sum(one.parts for one in findings)} parts, {missing} missing.")


def in_words(part: Missing) -> str:
    """Return what is to be said of a missing part: what it is, what was looked for, and what to write instead."""
    lines = [f"missing: {part.name} ({part.says})", f"  looked for: {part.looked_for}"]
    if part.inside:
        return "\n".join([*lines, f"  within {part.inside}, which is missing itself: mend that first"])
    if not part.candidates:
        return "\n".join(
            [*lines, "  nothing on the page is like it: look at the page for what took its place"]
        )
    lines.append("  it may be this now; write into a file, and name that by --screens:")
    for number, table in enumerate(part.candidates):
        lines += ["  or" if number else "", *(f"    {line}" for line in table.splitlines())]
    return "\n".join(line for line in lines if line)


def _table(findings: list[Finding]) -> Table:
    table = Table(show_lines=False)
    for heading in ("Page object", "Address", "Parts", "Verdict"):
        table.add_column(heading)
    for one in findings:
        verdict = f"{len(one.missing)} missing" if one.missing else "fits"
        if one.not_reached:
            verdict = f"not reached: {one.not_reached}"
        if one.left_out:
            verdict = "not looked at"
        table.add_row(one.page_object, one.address, str(one.parts), verdict)
    return table
