"""What is rendered shows what the data say, or it is said that nobody knows; and nothing else lies in a pack."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness.commands import verify as command
from harness.signoff.pack.approvals import Asked
from harness.signoff.pack.changes import Renderer, approve
from harness.signoff.pack.layout import MARKER
from harness.signoff.pack.pack import Pack
from harness.signoff.pack.rendering import Renderers, View
from harness.signoff.pack.verify import problems, verified
from harness.signoff.views import VIEWS
from tests.signoff.conftest import AT
from tests.signoff.packs import change, load, put, seal
from tests.signoff.test_commands import run

DAY = date(2026, 3, 3)
MINE, THEIRS = "harness 1 (abc)", "harness 2 (def)"
VERSIONS = (MINE, THEIRS, "")


def in_a_file(pack: Pack, day: date) -> str:
    """Render a file."""
    return f"{pack.results['verdict']} on {day}"


def in_a_folder(pack: Pack, _day: date) -> dict[str, bytes]:
    """Render a folder of two files."""
    return {f"{one}-result.json": str(pack.results["verdict"]).encode() for one in "ab"}


OURS: dict[str, View] = {"signoff.html": in_a_file, "allure-results": in_a_folder}


def render(folder: Path, views: Renderers = OURS, by: str = MINE) -> None:
    """Render the views into a pack, as ``by``, and seal it."""
    renderer = Renderer(views, by, DAY)
    from_data = renderer.render(Pack(folder, *(load(folder, one) for one in FILES)), list(views))
    for name, content in from_data.items():
        put(folder, name, content)
    change(folder, "manifest.json", rendered={"on": DAY.isoformat(), "by": by})
    seal(folder)


FILES = ("results.json", "times.json", "attestation.json", "manifest.json")


def forged(folder: Path, name: str, by: str) -> None:
    """Write a view and the manifest anew, as somebody would who wants to hide it."""
    put(folder, name, b"failed on 2026-03-03")
    change(folder, "manifest.json", rendered={"on": DAY.isoformat(), "by": by})
    seal(folder)


@pytest.mark.parametrize("by", VERSIONS)
@pytest.mark.parametrize("version", VERSIONS)
def test_views_that_are_equal_are_right_whoever_rendered_them(pack: Path, by: str, version: str) -> None:
    """What this harness renders of the data is what it is, also where it cannot say its own version."""
    render(pack, by=by)
    found = verified(pack, OURS, version)
    assert (found.problems, found.views.unknown) == ([], [])


@pytest.mark.parametrize("name", ["signoff.html", "allure-results/a-result.json", "allure-results/more.json"])
def test_a_forged_view_of_this_version_is_named(pack: Path, name: str) -> None:
    """A view that this version says it has rendered, and would render otherwise, is wrong, whatever the manifest says."""
    render(pack)
    forged(pack, name, MINE)
    assert problems(pack, OURS, MINE) == [f"{name}: not what the pack's data show"]


@pytest.mark.parametrize(("by", "version"), [(THEIRS, MINE), ("", ""), ("", MINE), (MINE, "")])
def test_of_a_view_of_another_version_nothing_is_claimed(pack: Path, by: str, version: str) -> None:
    """Where another harness rendered it, or one without a version, it is neither right nor wrong."""
    render(pack)
    forged(pack, "signoff.html", by)
    found = verified(pack, OURS, version)
    assert (found.problems, found.views.unknown, found.views.by) == ([], ["signoff.html"], by)


def test_a_view_that_is_gone_from_its_folder_is_named(pack: Path) -> None:
    """A folder that is rendered holds all that is rendered into it."""
    render(pack)
    (pack / "allure-results/b-result.json").unlink()
    seal(pack)
    assert problems(pack, OURS, MINE) == ["allure-results/b-result.json: not what the pack's data show"]


def test_a_view_that_nothing_renders_is_not_claimed(pack: Path) -> None:
    """A view for which there is no entry in the table cannot be compared, and that is said."""
    render(pack)
    put(pack, "junit.xml", b"<x/>")
    seal(pack)
    assert verified(pack, OURS, THEIRS).views.unknown == ["junit.xml"]
    assert problems(pack, OURS, MINE) == ["junit.xml: not what the pack's data show"]


def test_data_that_cannot_be_rendered_are_no_traceback(pack: Path) -> None:
    """What the data of a pack do to a view is a line."""

    def breaks(_pack: Pack, _day: date) -> str:
        raise KeyError("page")

    render(pack)
    assert problems(pack, {**OURS, "signoff.html": breaks}, MINE) == [
        "signoff.html: not what the pack's data show"
    ]


@pytest.mark.parametrize("rendered", [None, {"on": "soon", "by": MINE}, {"on": "20260303", "by": MINE}])
def test_a_manifest_says_who_rendered_the_views(pack: Path, rendered: Any) -> None:
    """Dropping it, or writing what is no day, is no way round the comparison."""
    render(pack)
    manifest = load(pack, "manifest.json")
    manifest.pop("rendered")
    (pack / "manifest.json").unlink()
    change_to = manifest | ({"rendered": rendered} if rendered else {})
    put(pack, "manifest.json", b"{}\n")
    change(pack, "manifest.json", **change_to)
    [line] = problems(pack, OURS, MINE)
    assert line.startswith("manifest.json: rendered")


def test_the_real_views_are_compared_with_themselves(pack: Path) -> None:
    """Every view that there is gives the same bytes twice, the folder of Allure's too."""
    render(pack, VIEWS)
    found = verified(pack, VIEWS, MINE)
    assert (found.problems, found.views.unknown) == ([], [])
    environment = pack / "allure-results/environment.properties"
    forged(pack, environment.relative_to(pack).as_posix(), MINE)
    assert problems(pack, VIEWS, MINE) == [
        "allure-results/environment.properties: not what the pack's data show"
    ]


def test_an_approval_renders_everything_anew(pack: Path) -> None:
    """Views of another version are this one's after an approval, and what it does not render any more is gone."""
    render(pack, by=THEIRS)
    forged(pack, "allure-results/old.json", THEIRS)
    forged(pack, "signoff.html", THEIRS)
    approve(pack, Asked("Jane Doe", "QA lead", "approve"), AT, Renderer(OURS, MINE, DAY))
    assert problems(pack, OURS, MINE) == []
    assert sorted(one.name for one in (pack / "allure-results").iterdir()) == [
        "a-result.json",
        "b-result.json",
    ]


@pytest.mark.parametrize(
    ("by", "names", "said"),
    [
        (THEIRS, ["signoff.html"], f"the report was not compared (rendered by {THEIRS})"),
        (
            "",
            ["signoff.html"],
            "the report was not compared (rendered by a harness that does not say its version)",
        ),
        (THEIRS, ["allure-results/a", "signoff.html"], "allure-results, signoff.html were not compared"),
    ],
)
def test_the_first_line_claims_no_more_than_is_known(
    pack: Path, monkeypatch: pytest.MonkeyPatch, by: str, names: list[str], said: str
) -> None:
    """Where views were not compared, the first line says so, and the code is 0: the data are whole."""
    monkeypatch.setattr(command, "renderer", lambda: Renderer(OURS, MINE, DAY))
    render(pack)
    assert run("verify", pack).stdout.startswith(f"whole and unaltered: {pack}, ")
    for name in names:
        forged(pack, name, by)
    done = run("verify", pack)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"the data are whole and unaltered, {said}")


def _folder(folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True)


@pytest.mark.parametrize(
    ("name", "do"),
    [
        ("notes.txt", lambda folder, name: put(folder, name, b"x")),
        ("signoff.html.exe", lambda folder, name: put(folder, name, b"x")),
        ("junit.xml.sig", lambda folder, name: put(folder, name, b"x")),
        ("Evidence/x.json", lambda folder, name: put(folder, name, b"{}\n")),
        ("more", _folder),
    ],
)
def test_what_is_no_part_of_a_pack_is_named(pack: Path, name: str, do: Callable[[Path, str], None]) -> None:
    """A file of another name is refused, also where the manifest lists it; a folder of another name as well."""
    do(pack, name)
    seal(pack)
    assert f"{name}: is no part of a pack" in problems(pack)


def test_what_is_part_of_a_pack_is_let_be(pack: Path) -> None:
    """Each name that a pack may have is taken."""
    for name in ("live.json", "summary.md", "messages.ndjson", "attestation.json.sig"):
        put(pack, name, b"x")
    seal(pack)
    assert problems(pack) == []


def test_a_marker_that_says_something_else_is_named(pack: Path) -> None:
    """The marker has one text."""
    put(pack, MARKER, b"a letter to the reader")
    seal(pack)
    assert problems(pack) == [f"{MARKER}: it says something else than what marks a pack"]
