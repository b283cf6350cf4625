"""Approvals: what may be given, what makes one void, and that none is lost."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.errors import BadApproval, NoPack, NotWhole
from harness.signoff.pack import staging
from harness.signoff.pack.approvals import Asked, approval_of, void_approvals
from harness.signoff.pack.changes import approve
from harness.signoff.pack.layout import STAGED, prepare
from harness.signoff.pack.pack import read
from harness.signoff.pack.staging import only_one
from harness.signoff.pack.verify import problems
from harness.signoff.writing import write_pack
from tests.signoff.conftest import AT, NOBODY, SCENARIOS
from tests.signoff.packs import Making, Shown, change, load, make, put, seal

JANE = Asked("Jane Doe", "QA lead", "approve")
ANN = Asked("Ann Lee", "Product owner", "reject")


@pytest.mark.parametrize(
    ("name", "role", "meaning", "condition", "said"),
    [
        ("", "QA lead", "approve", "", "--name is empty"),
        ("\u00a0- ", "QA lead", "approve", "", "--name is empty"),
        ("Jane", " ", "approve", "", "--role is empty"),
        ("Jane\nJohn", "QA lead", "approve", "", "--name holds characters that cannot be seen"),
        ("Jane\x1b[2K", "QA lead", "approve", "", "--name holds characters that cannot be seen"),
        ("Jane\u202eenaJ", "QA lead", "approve", "", "--name holds characters that cannot be seen"),
        ("Jane", "QA\u2028lead", "approve", "", "--role holds characters that cannot be seen"),
        ("J" * 201, "QA lead", "approve", "", "--name is 201 characters long"),
        ("Jane", "QA lead", "maybe", "", "--meaning maybe: one of approve, conditional, reject"),
        ("Jane", "QA lead", "conditional", " ", "--meaning conditional: say by --condition"),
        ("Jane", "QA lead", "approve", "if", "--condition goes with --meaning conditional, not with approve"),
        ("Jane", "QA lead", "reject", "if", "--condition goes with --meaning conditional, not with reject"),
        ("Jane", "QA lead", "conditional", "a\tb", "--condition holds characters that cannot be seen"),
    ],
)
def test_what_nobody_could_rely_on_is_refused(
    name: str, role: str, meaning: str, condition: str, said: str
) -> None:
    """An approval has a name, a role, a meaning, and a condition exactly where the meaning asks for one."""
    with pytest.raises(BadApproval) as refused:
        Asked(name, role, meaning, condition)
    assert str(refused.value).startswith(said)


def test_an_approval_says_who_when_what_and_of_what(approved: Path) -> None:
    """It holds name, role, meaning, time, the digests of what was approved, and the approval before it."""
    first, second = read(approved).approvals
    assert (first["name"], first["role"], first["meaning"], first["at"]) == (
        "Jane Doe",
        "QA lead",
        "approve",
        "2026-03-03T09:30:00Z",
    )
    manifest = load(approved, "manifest.json")
    assert first["of"] == {**manifest["digests"], "attestation": manifest["files"]["attestation.json"]}
    assert (first["previous"], second["previous"]) == ("", manifest["files"]["approvals/1.json"])
    assert void_approvals(read(approved)) == []


def test_a_failed_run_cannot_be_approved_but_rejected(tmp_path: Path) -> None:
    """A pack whose verdict is failed takes a rejection or a condition, never an approval."""
    folder = make(tmp_path / "pack", Shown("It breaks", "failed"))
    with pytest.raises(BadApproval, match="the verdict is failed, and that cannot be approved"):
        approve(folder, JANE, AT, NOBODY)
    assert not (folder / "approvals").exists()
    approve(folder, ANN, AT, NOBODY)
    approve(folder, Asked("Jane Doe", "QA lead", "conditional", "Mend it."), AT, NOBODY)
    assert problems(folder) == []


def test_what_is_not_complete_or_stale_cannot_be_approved(tmp_path: Path) -> None:
    """Nobody can stand for what was not tested, or for live evidence that no longer counts; a condition may be set."""
    part = make(tmp_path / "part", *SCENARIOS[:2])
    live = replace(SCENARIOS[2], world="live")
    old = make(tmp_path / "old", SCENARIOS[0], live, making=Making(real=["live"]))
    for folder, at, why in (
        (part, AT, r"not everything was tested \(UPG-02\), and that cannot be approved"),
        (
            old,
            AT + timedelta(days=31),
            "the live world is stale, this evidence is of 2026-03-02, 32 days old",
        ),
    ):
        with pytest.raises(BadApproval, match=why):
            approve(folder, JANE, at, NOBODY)
        with pytest.raises(BadApproval, match="--meaning conditional says on which condition"):
            approve(folder, JANE, at, NOBODY)
        approve(folder, Asked("Jane Doe", "QA lead", "conditional", "Look again."), at, NOBODY)
        approve(folder, ANN, at, NOBODY)
    approve(make(tmp_path / "new", SCENARIOS[0], live, making=Making(real=["live"])), JANE, AT, NOBODY)


def test_a_pack_that_was_changed_takes_no_approval(pack: Path) -> None:
    """Nobody can approve what is not as it was signed, nor what is no pack."""
    put(pack, "notes.txt", b"")
    with pytest.raises(NotWhole) as refused:
        approve(pack, JANE, AT, NOBODY)
    assert refused.value.problems == ("notes.txt: added, the manifest does not know it",)
    with pytest.raises(NoPack, match="there is no sign-off pack here"):
        approve(pack / "evidence", JANE, AT, NOBODY)


def _results(folder: Path) -> None:
    scenario = {**load(folder, "results.json")["scenarios"][3], "reason": "another"}
    scenarios = load(folder, "results.json")["scenarios"]
    change(folder, "results.json", scenarios=[*scenarios[:3], scenario, *scenarios[4:]])


def _evidence(folder: Path) -> None:
    change(folder, SCENARIOS[0].path, after=[{"kind": "call"}])


def _attestation(folder: Path) -> None:
    predicate = load(folder, "attestation.json")["predicate"]
    change(folder, "attestation.json", predicate={**predicate, "run": {**predicate["run"], "by": "another"}})


def _sources(name: str) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        change(folder, "manifest.json", **{name: {"x": "0" * 64}})

    return changed


@pytest.mark.parametrize(
    ("do", "why"),
    [
        (_results, "changed since: results, attestation"),
        (_evidence, "changed since: evidence, attestation"),
        (_attestation, "changed since: attestation"),
        (_sources("features"), "changed since: features, attestation"),
        (_sources("clauses"), "changed since: clauses, attestation"),
    ],
)
def test_a_later_change_makes_approvals_void_and_is_named(
    approved: Path, do: Callable[[Path], None], why: str
) -> None:
    """Whatever part is changed, however consistently, the approvals given before are void and say what has changed."""
    do(approved)
    seal(approved)
    assert [(one["name"], text) for one, text in void_approvals(read(approved))] == [
        ("Jane Doe", why),
        ("Ann Lee", why),
    ]


def test_an_approval_of_an_older_form_is_void_by_its_content(approved: Path) -> None:
    """Where an approval holds no digests of the parts, it says that the content is another."""
    approval = load(approved, "approvals/2.json")
    change(
        approved, "approvals/2.json", of={"content": "0" * 64, "attestation": approval["of"]["attestation"]}
    )
    assert [text for _, text in void_approvals(read(approved))] == ["changed since: content"]


def test_after_a_new_run_in_the_folder_the_old_approvals_are_void(approved: Path, tmp_path: Path) -> None:
    """A new run keeps the approvals as void ones, also while it is being written, and can be approved itself."""
    prepare(approved)
    shown = (Shown("A key is made"), Shown("A page says so", tag="UPG-02"))
    other = make(tmp_path / "other", *shown, making=Making(began="2026-03-09T10:00:00Z"))
    for name in ("results.json", "times.json", "attestation.json"):
        put(approved, name, (other / name).read_bytes())
    for one in shown:
        put(approved, one.path, (other / one.path).read_bytes())
    assert [text for _, text in void_approvals(read(approved))] == [
        "changed since: results, evidence, attestation"
    ] * 2
    put(approved, "manifest.json", (other / "manifest.json").read_bytes())
    seal(approved)
    approve(approved, JANE, AT, NOBODY)
    assert [one["number"] for one, _ in void_approvals(read(approved))] == [1, 2]
    assert problems(approved) == []


def test_the_order_of_approvals_is_held(approved: Path) -> None:
    """An approval taken out, given another number or put in between breaks the chain, whatever the manifest says."""
    first = (approved / "approvals/1.json").read_bytes()
    (approved / "approvals/1.json").unlink()
    seal(approved)
    found = problems(approved)
    assert "approvals/1.json: missing, there are later approvals" in found
    assert "approvals/2.json: the approval before it is not the one that it was given after" in found
    put(approved, "approvals/1.json", first)
    put(approved, "approvals/3.json", (approved / "approvals/2.json").read_bytes())
    put(approved, "approvals/notes.txt", b"")
    seal(approved)
    assert problems(approved) == [
        "approvals/notes.txt: no approval",
        "approvals/3.json: it is approval 2",
        "approvals/3.json: the approval before it is not the one that it was given after",
    ]


def test_views_are_rendered_anew_with_the_approval(pack: Path) -> None:
    """After an approval every view shows it, and the manifest says when and by which version."""
    views = {"signoff.html": lambda found, day: f"{len(found.approvals)} on {day}"}
    approve(pack, JANE, AT, replace(NOBODY, views=views, version="1 (abc)"))
    assert (pack / "signoff.html").read_text() == "1 on 2026-03-03"
    assert load(pack, "manifest.json")["rendered"] == {"on": "2026-03-03", "by": "1 (abc)"}
    assert problems(pack, views, "1 (abc)") == []


class _CutOffError(Exception):
    pass


def test_an_approval_that_is_cut_off_anywhere_is_ended_or_gone(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off before any of its steps, it says so, and the same command again gives it once and only once."""
    steps = 0
    real = Path.replace

    def cut(after: int) -> Callable[[Path, Path], Path]:
        left = [after]

        def replaced(path: Path, target: Path) -> Path:
            if left[0] == 0:
                raise _CutOffError
            left[0] -= 1
            return real(path, target)

        return replaced

    views = {"signoff.html": lambda found, _day: str(len(found.approvals))}
    renderer = replace(NOBODY, views=views)
    while True:
        before = len(read(pack).approvals)
        asked = Asked(f"Jane the {steps}", "QA lead", "approve")
        monkeypatch.setattr(Path, "replace", cut(steps))
        try:
            approve(pack, asked, AT, renderer)
        except _CutOffError:
            assert (
                f"{STAGED}: an approval or a signature was cut short; give the same command again"
                in problems(pack)
            )
            monkeypatch.setattr(Path, "replace", real)
            approve(pack, asked, AT, renderer)
            assert len(read(pack).approvals) == before + 1
            assert problems(pack) == []
            steps += 1
        else:
            break
    assert steps == 6, "three files prepared, and three moved"
    assert (pack / "signoff.html").read_text() == "7"


def test_two_who_approve_at_once_do_not_lose_one(pack: Path) -> None:
    """While one approval is being given another is turned away; the numbers have no gap."""
    with only_one(pack), pytest.raises(NoPack, match="somebody else is changing this pack"):
        approve(pack, JANE, AT, NOBODY)
    refused: list[str] = []

    def give(name: str) -> None:
        while True:
            try:
                approve(pack, Asked(name, "QA lead", "approve"), AT, NOBODY)
            except NoPack as error:
                refused.append(str(error))
            else:
                return

    threads = [threading.Thread(target=give, args=(f"Person {number}",)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(one["name"] for one in read(pack).approvals) == [f"Person {number}" for number in range(4)]
    assert problems(pack) == []


def test_nothing_prepared_leads_out_of_the_pack(pack: Path, tmp_path: Path) -> None:
    """A change that somebody left prepared in a pack is not moved through a link that leads elsewhere."""
    approval = json.dumps(approval_of(read(pack), JANE, AT)).encode()
    staging.stage(
        pack, {"approvals/1.json": approval, "manifest.json": (pack / "manifest.json").read_bytes()}
    )
    (tmp_path / "elsewhere").mkdir()
    (pack / "approvals").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NoPack, match="leads out of the pack"):
        approve(pack, JANE, AT, NOBODY)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_stands_where_changes_are_prepared_and_is_no_folder_goes(pack: Path, tmp_path: Path) -> None:
    """A link or a file of that name is removed, and nothing is written through it."""
    (tmp_path / "elsewhere").mkdir()
    (pack / STAGED).symlink_to(tmp_path / "elsewhere")
    approve(pack, JANE, AT, NOBODY)
    put(pack, STAGED, b"")
    approve(pack, ANN, AT, NOBODY)
    assert (list((tmp_path / "elsewhere").iterdir()), problems(pack)) == ([], [])


GARBAGE = {
    "no JSON": b"{",
    "no object": b"[]\n",
    "an object without anything": b"{}\n",
    "no text": b"\xff\xfe",
    "too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
def test_an_approval_that_cannot_be_read_is_left_out_and_told(approved: Path, content: bytes) -> None:
    """The others are read all the same, and whoever verifies the pack is told which one is none."""
    put(approved, "approvals/3.json", content)
    seal(approved)
    assert [one["name"] for one in read(approved).approvals] == ["Jane Doe", "Ann Lee"]
    assert {line.partition(": ")[0] for line in problems(approved)} == {"approvals/3.json"}


@pytest.mark.parametrize("name", ["01.json", "0.json", "1\u0663.json", "3.json.txt", "99999.json", "x.json"])
def test_only_what_is_called_by_its_number_is_an_approval(approved: Path, name: str) -> None:
    """A number is written in one way; what else lies there is named and not read."""
    put(approved, f"approvals/{name}", (approved / "approvals/2.json").read_bytes())
    seal(approved)
    assert len(read(approved).approvals) == 2
    assert any("no approval" in line for line in problems(approved))


def test_no_approval_is_read_through_a_link(approved: Path, tmp_path: Path) -> None:
    """Neither one that is a link, nor a folder of them that is one, nor a folder in the place of one."""
    (tmp_path / "3.json").write_bytes((approved / "approvals/2.json").read_bytes())
    (approved / "approvals/3.json").symlink_to(tmp_path / "3.json")
    (approved / "approvals/4.json").mkdir()
    assert len(read(approved).approvals) == 2
    (approved / "approvals").rename(tmp_path / "approvals")
    (approved / "approvals").symlink_to(tmp_path / "approvals")
    assert read(approved).approvals == ()


def test_a_new_run_over_a_garbage_approval_is_written(approved: Path) -> None:
    """A new pack is written whole but for what was left there, and verifying it says so."""
    results, times, run = (load(approved, one) for one in ("results.json", "times.json", "attestation.json"))
    put(approved, "approvals/1.json", b"\xff{")
    prepare(approved)
    write_pack(approved, results, times, run["predicate"]["run"], today=AT.date())
    assert [one["name"] for one in read(approved).approvals] == ["Ann Lee"]
    assert "approvals/1.json: no text in UTF-8" in problems(approved)
