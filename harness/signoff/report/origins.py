"""Where the results come from: when, by whom, with what, and how to get them again."""

from dataclasses import dataclass

from harness.signoff.report.first_page import when
from harness.signoff.report.phrases import cut, span
from harness.signoff.report.reading import Json, Reading
from harness.worlds.registry import LIVE

TEXT = 2_000


@dataclass(frozen=True)
class Provenance:
    """One run: lines of names and values, its command, its integration's files, and what it did at real systems."""

    name: str
    content: str
    lines: list[tuple[str, str]]
    command: str
    files: list[tuple[str, str]]
    live: list[tuple[str, str]]
    when: str


def provenance(reading: Reading) -> Provenance:
    """Return that of the pack itself."""
    return _provenance("", reading.content, reading.pack.run)


def origins(reading: Reading) -> list[Provenance]:
    """Return that of each pack that was merged into this one."""
    runs = reading.pack.attestation["predicate"].get("origins", [])
    contents = {one["name"]: one["content"] for one in reading.results.get("origins", [])}
    return [_provenance(run["name"], contents.get(run["name"], ""), run) for run in runs]


def _provenance(name: str, content: str, run: Json) -> Provenance:
    integration = run.get("integration") or {}
    machine = run.get("machine") or {}
    lines = [
        ("integration", integration.get("command", "")),
        ("its files' digest", integration.get("digest", "")),
        ("it calls itself", integration.get("says", "")),
        *((f"systems in the {world} world", said) for world, said in (run.get("systems") or {}).items()),
        *sorted((run.get("environment") or {}).items()),
        *((f"machine: {what}", machine[what]) for what in sorted(machine)),
        ("seed", run.get("seed", "")),
    ]
    return Provenance(
        name=name,
        content=content,
        lines=[(what, cut(str(value), TEXT)) for what, value in lines if value not in {"", None}],
        command=run.get("command", ""),
        files=sorted((integration.get("files") or {}).items()),
        live=_live(run.get(LIVE)),
        when=when(run),
    )


def _live(live: Json | None) -> list[tuple[str, str]]:
    """Return what a live run says of itself."""
    if not live:
        return []
    klaviyo, gladly = live["klaviyo"], live["gladly"]
    kind = "a test account" if klaviyo["test_account"] else "a production account"
    lines = [
        ("Klaviyo", f"account {klaviyo['account_id']}, {kind}, at {klaviyo['api']} and {klaviyo['web']}"),
        ("Gladly", f"{gladly['organization']}, organization {gladly['organization_id']}, at {gladly['url']}"),
        ("when and by whom", f"{live['by']}, {span(live['began'], live['ended'])}"),
        ("how", f"--live {live['mode']}, {live['run']}"),
    ]
    if live["rehearsal"]:
        lines.insert(0, ("a rehearsal", "its systems were on the machine that ran it"))
    left = [("left behind", one) for one in live["left"]]
    return [*lines, *left, *(("kept on purpose", one) for one in live["kept"])]
