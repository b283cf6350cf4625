"""Who approved the pack, and whether that still binds what it says."""

from dataclasses import dataclass

from harness.signoff.pack.approvals import void_approvals
from harness.signoff.report.phrases import cut, listed, moment
from harness.signoff.report.reading import Json, Reading

MEANINGS = {"approve": "approved", "conditional": "approved with conditions", "reject": "rejected"}
NAME, MOST, CONDITION = 40, 3, 120


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
    void = {one["number"]: why for one, why in void_approvals(reading.pack)}
    return [
        Approval(
            number=one["number"],
            name=one["name"],
            role=one["role"],
            meaning=MEANINGS.get(one["meaning"], one["meaning"]),
            condition=one["condition"],
            at=moment(one["at"]),
            void=void.get(one["number"], "") or _other_content(one, reading.content),
        )
        for one in reading.pack.approvals
    ]


def _other_content(approval: Json, content: str) -> str:
    return "" if approval["of"]["content"] == content else "changed since: content"


def state_of(approvals: list[Approval]) -> tuple[str, str]:
    """Return the state of the approvals in a sentence, and its sign."""
    if not approvals:
        return "None yet.", "open"
    # What speaks against it comes first.
    mild = {MEANINGS["conditional"]: 1, MEANINGS["approve"]: 2}
    valid = sorted((one for one in approvals if not one.void), key=lambda one: mild.get(one.meaning, 0))
    if not valid:
        names = listed([cut(one.name, NAME) for one in approvals], MOST)
        return f"Void: what {names} approved has changed since.", "no"
    told = listed([_told(one) for one in valid], MOST)
    void = len(approvals) - len(valid)
    more = f"; {void} more {'is' if void == 1 else 'are'} void" if void else ""
    meanings = {one.meaning for one in valid}
    mark = (
        "no" if MEANINGS["reject"] in meanings else "part" if MEANINGS["conditional"] in meanings else "yes"
    )
    return f"{told[0].upper()}{told[1:]}{more}.", mark


def _told(one: Approval) -> str:
    condition = f": {cut(one.condition, CONDITION)}" if one.condition else ""
    return f"{one.meaning} by {cut(one.name, NAME)} ({cut(one.role, NAME)}){condition}"


def rejected_by(approvals: list[Approval]) -> str:
    """Return who has rejected the pack as it is, an empty text for nobody."""
    names = [cut(one.name, NAME) for one in approvals if one.meaning == MEANINGS["reject"] and not one.void]
    return listed(names, MOST) if names else ""
