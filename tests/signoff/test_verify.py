"""A pack that was changed in any way says so, and says where."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.signoff.pack import documents
from harness.signoff.pack.manifest import manifest
from harness.signoff.pack.verify import problems
from tests.signoff.packs import PNG, dumps, load, picture_path, put, seal

MADE = "evidence/memory/upgrade/keys/a-key-is-made.json"
USED = "evidence/memory/upgrade/keys/a-key-is-used.json"


def files(folder: Path) -> dict[str, bytes]:
    """Return path → content of everything in ``folder``."""
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def test_a_pack_is_whole_before_and_after_its_approvals(pack: Path, approved: Path) -> None:
    """Nothing is wrong with a pack as it was made, nor with one that was approved."""
    assert problems(pack) == problems(approved) == []


def test_one_byte_of_any_file_is_noticed_and_the_file_named(approved: Path) -> None:
    """Whichever byte of whichever file is changed, a line begins with the file's name."""
    dice = random.Random(12)  # noqa: S311 - which bytes, not a secret
    for name, content in files(approved).items():
        for place in {0, len(content) - 1, dice.randrange(len(content))}:
            changed = bytearray(content)
            changed[place] ^= 1 << dice.randrange(7)
            put(approved, name, bytes(changed))
            if name == ".gladly-klaviyo-signoff" or problems(approved):
                found = problems(approved)
                assert any(line.startswith(f"{name}: ") for line in found), (name, place, found)
            else:
                pytest.fail(f"{name}, byte {place}: nothing was noticed")
        put(approved, name, content)
    assert problems(approved) == []


def test_a_file_that_is_removed_is_named(approved: Path) -> None:
    """Whichever file is gone is missing by name; without the marker there is no pack."""
    for name, content in files(approved).items():
        (approved / name).unlink()
        found = problems(approved)
        if name == ".gladly-klaviyo-signoff":
            assert found == [f"{approved}: there is no sign-off pack here"]
        else:
            assert any(line.startswith(f"{name}: missing") for line in found), (name, found)
        put(approved, name, content)


@pytest.mark.parametrize(
    "name", ["notes.txt", "evidence/x.json", "evidence/pictures/x.png", "approvals/3.json", ".x"]
)
def test_a_file_that_is_added_is_named(approved: Path, name: str) -> None:
    """What the manifest does not know is said to be added."""
    put(approved, name, b"{}\n")
    assert f"{name}: added, the manifest does not know it" in problems(approved)


def test_what_was_swapped_or_renamed_is_told_as_that(approved: Path) -> None:
    """Two files that changed places, and one that has another name, are told as such and not as altered."""
    before = files(approved)
    put(approved, MADE, before[USED])
    put(approved, USED, before[MADE])
    found = problems(approved)
    assert f"{MADE}: swapped with {USED}" in found
    assert f"{USED}: swapped with {MADE}" in found
    put(approved, MADE, before[MADE])
    assert f"{USED}: altered, it holds what stood in {MADE}" in problems(approved)
    put(approved, USED, before[USED])
    picture = picture_path(PNG)
    (approved / picture).rename(approved / "evidence/pictures/0000000000000000.png")
    found = problems(approved)
    assert f"evidence/pictures/0000000000000000.png: renamed from {picture}" in found
    assert f"{picture}: missing, {MADE} names it" in found


def swap(folder: Path, one: str, other: str) -> None:
    """Let two files change places."""
    mine, theirs = (folder / one).read_bytes(), (folder / other).read_bytes()
    put(folder, one, theirs)
    put(folder, other, mine)


def edit(name: str, how: Callable[[Any], object]) -> Callable[[Path], None]:
    """Return what edits the JSON of a file of a pack."""

    def edited(folder: Path) -> None:
        data = load(folder, name)
        how(data)
        put(folder, name, dumps(data))

    return edited


RESULTS = "results.json"
COUNTS = {"passed": 5, "failed": 0, "not run": 0}
HIDDEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "swapped evidence": (
        lambda folder: swap(folder, MADE, USED),
        f"{MADE}: evidence of upgrade/keys.feature: A key is used",
    ),
    "a count": (edit(RESULTS, lambda data: data.update(counts=COUNTS)), "results.json: it counts"),
    "the verdict": (
        edit(RESULTS, lambda data: data.update(verdict="failed")),
        "results.json: its verdict is 'failed'",
    ),
    "complete": (edit(RESULTS, lambda data: data.update(complete=False)), "results.json: complete is false"),
    "a clause's answer": (
        edit(RESULTS, lambda data: data["documents"][0]["clauses"][1].update(answer="no")),
        "results.json: UPG-02 is answered by 'no'",
    ),
    "a clause's verdict": (
        edit(RESULTS, lambda data: data["documents"][0]["clauses"][1].update(verdict="not tested")),
        "results.json: UPG-02 is 'not tested', against",
    ),
    "a verdict in a world": (
        edit(
            RESULTS,
            lambda data: data["documents"][0]["clauses"][1]["worlds"]["http"].update(verdict="not tested"),
        ),
        "results.json: UPG-02 in http: 'not tested', against",
    ),
    "a number of scenarios": (
        edit(
            RESULTS, lambda data: data["documents"][0]["clauses"][0]["worlds"]["memory"].update(scenarios=9)
        ),
        "results.json: UPG-01 in memory: it rests on 9 scenarios",
    ),
    "an outcome": (
        edit(RESULTS, lambda data: data["scenarios"][0].update(outcome="failed")),
        "results.json: UPG-01 in memory: 'passed', against",
    ),
    "an outcome's evidence": (
        edit(MADE, lambda data: data.update(outcome="failed")),
        f"{MADE}: it ended otherwise than results.json says",
    ),
    "a step": (
        edit(MADE, lambda data: data["steps"][0].update(text="another")),
        f"{MADE}: it ended otherwise than results.json says",
    ),
    "evidence without a scenario": (
        lambda folder: put(folder, "evidence/pictures/x.png", b"x"),
        "evidence/pictures/x.png: no scenario names it",
    ),
    "a picture's name": (
        lambda folder: put(folder, picture_path(PNG), b"other"),
        f"{picture_path(PNG)}: a picture is named by its content",
    ),
    "evidence outside": (
        edit(RESULTS, lambda data: data["scenarios"][0].update(evidence=["../outside.json"])),
        "../outside.json: missing, the evidence of",
    ),
    "evidence by an absolute path": (
        edit(RESULTS, lambda data: data["scenarios"][0].update(evidence=["/etc/passwd"])),
        "/etc/passwd: missing, the evidence of",
    ),
    "evidence that is no evidence": (
        edit(RESULTS, lambda data: data["scenarios"][0].update(evidence=["times.json"])),
        "times.json: missing, the evidence of",
    ),
    "lost that is no finding": (
        edit(RESULTS, lambda data: data.update(lost=["x"])),
        "results.json: lost says",
    ),
    "an origin": (
        edit(RESULTS, lambda data: data["scenarios"][0].update(origin=3)),
        "results.json: upgrade/keys.feature: A key is made (memory) comes from a pack that was not merged",
    ),
    "the form": (
        lambda folder: put(folder, MADE, json.dumps(load(folder, MADE)).encode()),
        f"{MADE}: not in the one form",
    ),
    "the attestation's result": (
        edit("attestation.json", lambda data: data["predicate"].update(result="FAILED")),
        "attestation.json: its result is FAILED, and results.json amounts to PASSED",
    ),
    "the attestation's tests": (
        edit("attestation.json", lambda data: data["predicate"].update(failedTests=["x"])),
        "attestation.json: other tests failed than in results.json: x",
    ),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_a_change_that_was_covered_up_contradicts_the_rest(pack: Path, what: str) -> None:
    """A change whose author wrote attestation and manifest anew is found by what the pack's parts say of each other."""
    do, expected = HIDDEN[what]
    do(pack)
    seal(pack)
    found = problems(pack)
    assert any(line.startswith(expected) for line in found), found


def test_an_attestation_of_another_pack_is_found(pack: Path) -> None:
    """Subject and configuration are held against the pack, digest by digest."""
    edit("attestation.json", lambda data: data["subject"][0]["digest"].update(sha256="0" * 64))(pack)
    edit("attestation.json", lambda data: data["predicate"]["configuration"].pop())(pack)
    found = problems(pack)
    assert "attestation.json: its subject is another results.json" in found
    assert "attestation.json: it is about other content than the pack's" in found


def test_a_manifest_that_does_not_add_up_is_found(pack: Path) -> None:
    """A digest of the manifest that is not the sum of what it lists is named."""
    edit("manifest.json", lambda data: data["features"].update({"upgrade/keys.feature": "9" * 64}))(pack)
    assert "manifest.json: its digests do not add up: content, features" in problems(pack)


NOT_READ = {
    "no JSON": b"{",
    "no text": b"\xff\xfe",
    "no object": b"[]\n",
    "too deep": b"[" * 100_000,
    "a huge number": b"1" * 10_000,
    "nothing": b"",
}


@pytest.mark.parametrize("content", NOT_READ.values(), ids=NOT_READ)
def test_what_cannot_be_read_is_a_line(approved: Path, content: bytes) -> None:
    """Whatever stands in a JSON file, it becomes a line with the file's name."""
    for name, before in files(approved).items():
        if name.endswith(".json"):
            put(approved, name, content)
            assert any(line.startswith(f"{name}: ") for line in problems(approved))
            put(approved, name, before)


def values(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to everything in a JSON value."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [one for key, value in pairs for one in ((*path, key), *values(value, (*path, key)))]


def test_whatever_value_is_put_anywhere_is_no_traceback(approved: Path) -> None:
    """Any value of any file, replaced by one of another kind or left out, is a line and never an error of ours."""
    dice = random.Random(7)  # noqa: S311 - which values, not a secret
    names = [name for name in files(approved) if name.endswith(".json")]
    for _ in range(150):
        name = dice.choice(names)
        before = (approved / name).read_bytes()
        data = json.loads(before)
        *path, last = dice.choice(values(data))
        inside = data
        for step in path:
            inside = inside[step]
        odd: Any = dice.choice([None, -1, "", "x", [], [[]], {}, {"a": None}, True, 1.5, "\ud800", "../../x"])
        if inside[last] == odd:
            continue
        inside[last] = odd
        text = json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        put(approved, name, text.encode(errors="surrogatepass"))
        assert problems(approved), (name, path, last, odd)
        put(approved, name, before)


def test_links_pipes_and_folders_are_no_files(approved: Path, tmp_path: Path) -> None:
    """A link, a pipe, a folder in a file's place and a huge file are told apart, and none is followed or read."""
    outside = tmp_path / "outside.json"
    outside.write_bytes((approved / MADE).read_bytes())
    (approved / MADE).unlink()
    (approved / MADE).symlink_to(outside)
    (approved / USED).unlink()
    (approved / USED).mkdir()
    os.mkfifo(approved / "pipe")
    (approved / "linked").symlink_to(tmp_path)
    with (approved / "times.json").open("wb") as huge:
        huge.truncate(2 << 30)
    found = problems(approved)
    assert f"{MADE}: a link to another place; a pack holds plain files only" in found
    assert f"{USED}: missing, a folder stands in its place" in found
    assert "pipe: no plain file" in found
    assert "linked: a link to another place; a pack holds plain files only" in found
    assert f"times.json: {2 << 30} bytes, more than any file of a pack" in found


def test_a_manifest_that_is_a_link_is_not_taken(pack: Path, tmp_path: Path) -> None:
    """The manifest lies in the pack like everything else."""
    (pack / "manifest.json").rename(tmp_path / "elsewhere.json")
    (pack / "manifest.json").symlink_to(tmp_path / "elsewhere.json")
    assert "manifest.json: a link to another place; a pack holds plain files only" in problems(pack)


def test_a_manifest_is_never_made_through_a_link(pack: Path, tmp_path: Path) -> None:
    """What is no plain file is in no manifest: a pack with one is not whole, rather than one that holds what lies elsewhere."""
    (tmp_path / "private.txt").write_text("mine")
    (pack / "evidence/private.txt").symlink_to(tmp_path / "private.txt")
    (pack / "evidence/elsewhere").symlink_to(tmp_path)
    assert manifest(pack, {}, {})["files"] == load(pack, "manifest.json")["files"]


def test_a_file_name_cannot_forge_a_line(pack: Path) -> None:
    """Line breaks and bytes that are no text in a file's name are written out."""
    put(pack, "x\nwhole and unaltered\x1b[2K", b"")
    (pack / os.fsdecode(b"\xff.json")).write_bytes(b"")
    found = problems(pack)
    assert "x\\nwhole and unaltered\\x1b[2K: added, the manifest does not know it" in found
    assert "\\udcff.json: added, the manifest does not know it" in found


def test_a_folder_without_a_manifest_was_never_finished(pack: Path) -> None:
    """A pack whose run was cut off before the manifest is not whole."""
    (pack / "manifest.json").unlink()
    [found] = problems(pack)
    assert found.startswith("manifest.json: missing; the run that was to write it")


def test_pictures_of_evidence_that_cannot_be_read_are_not_blamed(pack: Path) -> None:
    """Where evidence cannot be read, nobody knows what it names: that one file is told, and not its pictures."""
    put(pack, MADE, b"{")
    assert {line.partition(": ")[0] for line in problems(pack)} == {MADE}


def test_json_that_is_too_large_is_not_read(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More JSON than any pack has is told and not parsed."""
    monkeypatch.setattr(documents, "LARGEST", (pack / RESULTS).stat().st_size - 1)
    assert f"{RESULTS}: too large to be read" in problems(pack)
