"""Screens as data: the shipped files, files that change single parts, and what is said of one that is not right."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.errors import BadScreens
from harness.pages.screens.current import all_screens, screen, secret_parts, use
from harness.pages.screens.entries import Part, pattern_of

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _as_shipped() -> Iterator[None]:
    """Leave the shipped screens in use."""
    yield
    use()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return what writes a file of screens."""

    def written(text: str) -> Path:
        path = tmp_path / f"screens-{len(list(tmp_path.iterdir()))}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_both_systems_have_a_shipped_file() -> None:
    """Without any file of one's own the shipped ones are in use, sign-in and all."""
    assert list(all_screens()) == ["klaviyo", "gladly"]
    assert {screen(system, "SignIn").address for system in all_screens()} == {"/login"}


def test_a_file_changes_single_parts(write: Write) -> None:
    """A part that a file names is found as it says, whole; every other part as before."""
    use([write('[klaviyo.Metrics.search]\nlabel = "Find"\n[klaviyo.Metrics]\naddress = "/insights/metrics"')])
    metrics = screen("klaviyo", "Metrics")
    assert metrics.address == "/insights/metrics"
    assert metrics.parts["search"] == Part(label="Find")
    assert metrics.parts["clear"] == Part(role="link", name="Clear")
    assert screen("gladly", "Apps").parts["add"].name == "Add App"


def test_the_later_of_two_files_wins(write: Write) -> None:
    """Of two files that name the same part the later one is taken, and each adds its own."""
    first = write('[gladly.Apps.add]\nrole = "link"\nname = "One"\n[gladly.Apps.heading]\ntext = "Apps!"')
    use([first, write('[gladly.Apps.add]\nrole = "button"\nname = "Two"')])
    parts = screen("gladly", "Apps").parts
    assert (parts["add"].name, parts["heading"].text) == ("Two", "Apps!")


def test_a_file_that_an_editor_on_windows_wrote_is_read(tmp_path: Path) -> None:
    """The mark before the first letter and the line ends of Windows are no mistake."""
    path = tmp_path / "windows.toml"
    path.write_bytes(b'\xef\xbb\xbf[gladly.Apps.add]\r\ntext = "New"\r\n')
    use([path])
    assert screen("gladly", "Apps").parts["add"] == Part(text="New")


def test_a_place_of_keys_stays_one(write: Write) -> None:
    """Whoever renames the field of a key need not say that it is secret, and the old name is painted over as well."""
    use([write('[gladly.EditKlaviyoApp.private_key]\nlabel = "API key"')])
    assert {"API key", "Klaviyo Private API Key"} <= {part.label for _, part in secret_parts()}


def test_what_an_entry_leaves_open_is_filled_in() -> None:
    """Values stand where the braces are; in a regular expression they are taken by the letter."""
    part = Part(role="link", name="^Edit {name}$", match="regex")
    assert part.placeholders == {"name"}
    assert part.comparing({"name": "a+b"}) == re.compile("^Edit a\\+b$")
    assert Part(text="Email {number}").comparing({"number": 2}) == "Email 2"


def test_what_stands_in_a_row_may_go_without_its_name(write: Write) -> None:
    """Where a row's button is called alike in every row, a regular expression says so and still says where the name was."""
    use([write('[klaviyo.ApiKeys.actions]\nlabel = "^(Actions|Actions for {name})$"\nmatch = "regex"')])
    comparing = screen("klaviyo", "ApiKeys").parts["actions"].comparing({"name": "Mine"})
    assert isinstance(comparing, re.Pattern)
    assert comparing.search("Actions")


def test_an_address_tells_what_stands_in_it() -> None:
    """The pattern of an address with braces finds what stands there, and fits no longer path."""
    pattern = pattern_of("/customers/{id}")
    found = pattern.fullmatch("/customers/a-1/")
    assert found is not None
    assert found["id"] == "a-1"
    assert pattern.fullmatch("/customers/a-1/compose") is None


def test_an_entry_says_itself_as_a_table() -> None:
    """What an entry says as a table is what a file would have to say to give it, quotation marks and all."""
    part = Part(role="button", name='Say "hi"', match="exact", within=Part(role="dialog"))
    assert part.as_table("gladly.Apps.add") == (
        '[gladly.Apps.add]\nrole = "button"\nname = "Say \\"hi\\""\nmatch = "exact"\nwithin = { role = "dialog" }'
    )


WRONG = {
    '[klavyio.Metrics.search]\ntext = "a"': r"\[klavyio\] there is no system 'klavyio'; did you mean 'klaviyo'\?",
    '[klaviyo.Metrix.search]\ntext = "a"': r"\[klaviyo\.Metrix\] there is no page object 'Metrix'; did you mean 'Metric'\?",
    '[klaviyo.Metrics.serch]\ntext = "a"': r"\[klaviyo\.Metrics\] there is no part 'serch'; did you mean 'search'\?",
    '[klaviyo.Metrics.search]\nrol = "link"': r"\[klaviyo\.Metrics\.search\] rol is no key of a part; did you mean 'role'\?",
    '[klaviyo.Metrics.search]\nrole = "buton"': r"\] role there is no role 'buton'; did you mean 'button'\?",
    "[klaviyo.Metrics.search]\ntext = 5": r"\] text has to be a text in quotation marks, not 5",
    '[klaviyo.Metrics.search]\ntext = " "': r"\] text is empty",
    '[klaviyo.Metrics.search]\ntext = "a"\nmatch = "exactly"': r"\] match is one of \"contains\", \"exact\", \"regex\"",
    '[klaviyo.Metrics.search]\ntext = "a"\nsecret = "yes"': r"\] secret is either true or false",
    '[klaviyo.Metrics.search]\nmatch = "exact"': r"\] has none of role, label, text, css; give exactly one",
    '[klaviyo.Metrics.search]\nrole = "link"\ntext = "a"': r"\] has role and text; give exactly one",
    '[klaviyo.Metrics.search]\nlabel = "a"\nname = "b"': r"\] name goes with a role",
    '[klaviyo.Metrics.search]\ntext = "(a"\nmatch = "regex"': r"\] '\(a' is no regular expression: .*mend it",
    '[klaviyo.Metrics.search]\ntext = "a"\nwithin = "tabel"': r"\] within there is no part 'tabel' on this page",
    '[klaviyo.Metrics.search]\ntext = "a"\nwithin = { rol = "main" }': r"\] within\.rol is no key of a part; did you",
    '[klaviyo.Metrics.search]\ntext = "a"\nwithin = { css = "a", within = { css = 5 } }': r"\] within\.within\.css has to be",
    '[klaviyo.Metrics.search]\ntext = "a"\nwithin = 5': r"\] within has to be",
    '[klaviyo.Metrics.search]\ntext = "a"\nwithin = "search"': r"\] within is within itself",
    '[klaviyo.Metrics.search]\ntext = "{name}"': r"uses \{name\}, but leaves nothing open",
    '[gladly.NewCustomer.other_email]\nlabel = "{no}"': r"uses \{no\}, but may use \{number\}",
    '[klaviyo.Metrics.metric]\nrole = "link"': r"\[klaviyo\.Metrics\.metric\] has to say where \{name\} stands",
    '[gladly.Apps.toggle]\nrole = "switch"\nname = "Klaviyo"': r"\.toggle\] has to say where \{name\} stands",
    '[klaviyo.NewPrivateKey.other_level]\nlabel = "{scope}"': r"\] has to say where \{level\} stands",
    '[gladly.Customer]\naddress = "/people"': r"\[gladly\.Customer\] address has to say where \{id\} stands",
    '[gladly.Customer]\naddress = "people/{id}"': r"\] address has to be a path in quotation marks",
    '[klaviyo.Feed]\naddress = "/feed"': r"\] address is reached by clicks, not by an address",
    '[klaviyo.Metrics]\nsearch = "a"': r"\[klaviyo\.Metrics\.search\] is no key here; a part is a table",
    'klaviyo = "a"': r"\[klaviyo\] has to be a table of page objects",
    "[klaviyo.Metrics.search\n": r"is not TOML: .*at line 1.*; a table begins as",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_not_right_is_said_with_file_table_and_key(write: Write, text: str) -> None:
    """A file that cannot be is refused with the place and what to do, and nothing of it is used."""
    path = write(text)
    with pytest.raises(BadScreens, match=WRONG[text]) as caught:
        use([path])
    assert str(caught.value).startswith(f"{path}:")
    assert screen("klaviyo", "Metrics").parts["search"].name == "Search metrics"


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A file that is not there, and one that is no text, are refused by name."""
    with pytest.raises(BadScreens, match=r"nowhere\.toml: cannot be read: No such file"):
        use([tmp_path / "nowhere.toml"])
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadScreens, match=r"binary\.toml: is no text in UTF-8"):
        use([tmp_path / "binary.toml"])
