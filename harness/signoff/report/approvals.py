"""Who approved the pack, and whether that still binds what it says."""

from dataclasses import dataclass

from harness.signoff.pack.layout import ATTESTATION
from harness.signoff.pack.manifest import sha256
from harness.signoff.pack.pack import Pack
from harness.signoff.report.phrases import cut, listed, moment
from harness.signoff.report.reading import Json, Reading

MEANINGS = {"approve": "approved", "conditional": "approved with conditions", "reject": "rejected"}
NAME, MOST = 40, 3


@dataclass(frozen=True)
class Approval:
    """One approval as it is shown; ``void`` says why it binds nothing any more, ``""`` when it does."""

    number: int
    name: str
    role: str
    meaning: str
    condition: str
    at: str
    void: str


def approvals_of(reading: Reading) -> list[Approval]:
    """Return the approvals of the pack in their order."""
    attestation = _attestation_of(reading.pack)
    return [
        Approval(
            number=one["number"],
            name=one["name"],
            role=one["role"],
            meaning=MEANINGS.get(one["meaning"], one["meaning"]),
            condition=one["condition"],
            at=moment(one["at"]),
            void=why_void(one, reading.content, attestation),
        )
        for one in reading.pack.approvals
    ]


def why_void(approval: Json, content: str, attestation: str) -> str:
    """Return why an approval does not bind a pack with these digests; ``""`` when it does."""
    of = approval["of"]
    changed = []
    if of.get("content") != content:
        changed.append("clauses, features, results or evidence")
    if of.get("attestation") != attestation:
        changed.append("the attestation (by whom, when and with what it was run)")
    return f"changed since: {listed(changed)}" if changed else ""


def state_of(approvals: list[Approval]) -> tuple[str, str]:
    """Return the state of the approvals in a sentence, and its sign."""
    if not approvals:
        return "None yet.", "open"
    valid = [one for one in approvals if not one.void]
    if not valid:
        names = listed([cut(one.name, NAME) for one in approvals], MOST)
        return f"Void: what {names} approved has changed since.", "no"
    told = listed([f"{one.meaning} by {cut(one.name, NAME)} ({cut(one.role, NAME)})" for one in valid], MOST)
    void = len(approvals) - len(valid)
    more = f"; {void} more {'is' if void == 1 else 'are'} void" if void else ""
    meanings = {one.meaning for one in valid}
    mark = (
        "no" if MEANINGS["reject"] in meanings else "part" if MEANINGS["conditional"] in meanings else "yes"
    )
    return f"{told[0].upper()}{told[1:]}{more}.", mark


def _attestation_of(pack: Pack) -> str:
    try:
        return sha256((pack.folder / ATTESTATION).read_bytes())
    except OSError:
        return ""
