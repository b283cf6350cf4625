"""What is proposed for a part that is gone, and what is kept of the page: nothing private."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from harness.pages.candidates import candidates
from harness.pages.private import keep_picture, take_picture, tree_of
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


def customers_page(name: str, said: str) -> str:
    """Return a page about somebody called ``name``, who has ``said`` something, in every corner of it."""
    return f"""<style>* {{ font-family: monospace }} .mark::before {{ content: "{said}" }}
        section {{ height: 3em }} .low {{ height: 3px }}</style><nav><a href="/{name}">{name}</a></nav>
        <main><h1>My Customers</h1><h2>{name}</h2><p>{said} <b>so</b></p><button>Add <b>{name}</b></button>
        <a href="/customers/{name}">Add New Customer</a><section><div class=low>{said}</div></section>
        <section><span style="display: contents">{said}</span></section><p class=mark>So said</p><x-name></x-name>
        <input type=submit value="Tell {name}"><img alt="{name}" width=20 height=20
        src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><text y='15'>{name[0]}</text></svg>">
        <ul aria-label="{name}"><li>{said}<time>{said}</time></ul><p>My Customers <span>{name}</span></p></main>
        <div role=dialog aria-label="Close {name}?">Close <b>{name}</b></div>
        <script>document.querySelector("x-name").attachShadow({{mode: "closed"}}).innerHTML = "<b>{said}</b>"</script>"""


def test_of_a_page_about_people_only_known_texts_are_kept(page: Page, tmp_path: Path) -> None:
    """Pages that differ in who it is and what was said give the same picture and tree, with what the files know in it."""
    pictures, trees, known = [], [], {"My Customers", "Add New Customer"}
    for name, said in (("Ann Lee", "Where is it?"), ("Bob Ray", "I have lost!")):
        page.set_content(customers_page(name, said))
        keep_picture(page, tmp_path / f"{name}.png", known)
        pictures.append((tmp_path / f"{name}.png").read_bytes())
        trees.append(tree_of(page, (), known))
    assert trees[0] == trees[1]
    assert pictures[0] == pictures[1]
    assert '- heading "My Customers" [level=1]' in trees[0]
    assert '- link "Add New Customer"' in trees[0]
    keep_picture(page, tmp_path / "none.png", set())
    assert (tmp_path / "none.png").read_bytes() != pictures[1]


def test_a_kept_picture_is_its_owners_alone(page: Page, tmp_path: Path) -> None:
    """Nobody else can read it, even where a file stood that everybody could."""
    path = tmp_path / "page.png"
    path.touch(0o644)
    page.set_content(PAGE)
    keep_picture(page, path)
    assert path.stat().st_mode & 0o777 == 0o600
