"""What is proposed for a part that is gone, and what is kept of the page: nothing private."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from harness.pages.candidates import candidates
from harness.pages.private import take_picture, tree_of
from harness.pages.screens.entries import Part

PAGE = """<main><h1>New key</h1><button>Generate key</button><a href="/x">Create a list</a>
    <label>Key name <input></label><label>E-mail <input></label><p>No key has been made so far.</p>
    <nav aria-label="Ways"><a href="/y">Save everything</a></nav></main><button>Create</button>"""

PROPOSED = {
    "a button in the same place": (
        Part(role="button", name="Create key", within=Part(role="main")),
        Part(role="button", name="Generate key", match="exact", within=Part(role="main")),
    ),
    "a link, where no button is like it": (
        Part(role="button", name="Save everything"),
        Part(role="link", name="Save everything", match="exact"),
    ),
    "a field by its label": (Part(label="Email"), Part(label="E-mail", match="exact")),
    "a text": (
        Part(text="No key yet, none made"),
        Part(text="No key has been made so far.", match="exact"),
    ),
}


@pytest.mark.parametrize("what", PROPOSED)
def test_the_nearest_thing_on_the_page_is_proposed(page: Page, what: str) -> None:
    """What is proposed is like the part that is gone, is found by what is proposed, and stands within the same."""
    part, proposed = PROPOSED[what]
    page.set_content(PAGE)
    found = candidates(page, "wanted", {"wanted": part})
    assert proposed in found
    assert len(found) <= 3


def test_nothing_is_proposed_for_what_is_found_by_its_make(page: Page) -> None:
    """A part that is found by css has no words that anything could be like."""
    page.set_content(PAGE)
    assert candidates(page, "rows", {"rows": Part(css="tbody > tr")}) == ()


def private_page(digit: str) -> str:
    """Return a page with a key, addresses, a number and filled fields, in other letters for each ``digit``."""
    key, address = "pk_" + digit * 34, digit * 6 + "@example.com"
    return f"""<style>* {{ font-family: monospace }}</style><main><h1>Page</h1>
        <p>{address} and <b>other{address}</b></p><table><tr><td>{address}<td>+4930{digit * 6}</table>
        <code role=region aria-label="Private API key">{key}</code><p>{key}</p>
        <input aria-label=Name value="typed {digit}"><input type=password value="secret {digit}">
        <textarea aria-label=Message>written {digit}</textarea><select><option>chosen {digit}</select>
        <a href="/people?email={address}">Link</a><div role=textbox contenteditable>said {digit}</div></main>"""


def test_what_is_kept_of_a_page_is_the_same_whoever_it_is_about(page: Page, tmp_path: Path) -> None:
    """Pages that differ in keys, addresses, numbers and what is typed give the same picture and the same tree."""
    pictures, trees = [], []
    for digit in "47":
        page.set_content(private_page(digit))
        take_picture(page, tmp_path / f"{digit}.png")
        pictures.append((tmp_path / f"{digit}.png").read_bytes())
        trees.append(tree_of(page, ["made-up"]))
    assert pictures[0] == pictures[1]
    assert trees[0].replace("chosen 4", "chosen 7") == trees[1]
    assert 'heading "Page"' in trees[0]
