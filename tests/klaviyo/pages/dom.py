"""A page as a tree, read with the standard library: enough to find elements, their text, and what a form would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

TICKED = frozenset({"checkbox", "radio"})
VOID = frozenset({"area", "base", "br", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Node:
    """An element: its tag, its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Node"]:
        """Iterate over all elements inside, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child

    @property
    def text(self) -> str:
        """All text inside, runs of blanks as one."""
        return " ".join("".join(self.texts()).split())

    def texts(self) -> Iterator[str]:
        """Iterate over all pieces of text inside."""
        for child in self.children:
            yield from [child] if isinstance(child, str) else child.texts()

    def all(self, tag: str, text: str | None = None, **attributes: str) -> list["Node"]:
        """Return the elements of a tag with this text and these attributes; ``aria_label`` stands for ``aria-label``."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            node
            for node in self
            if node.tag == tag
            and (text is None or node.text == text)
            and all(node.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, text: str | None = None, **attributes: str) -> "Node":
        """Return the only such element."""
        found = self.all(tag, text, **attributes)
        assert len(found) == 1, f"{len(found)} times <{tag}> {text or ''} {attributes or ''} in: {self.text}"
        return found[0]

    def link(self, text: str) -> str:
        """Return where the only link with this text leads."""
        return self.one("a", text).attributes["href"]

    def rows(self, label: str) -> list[list[str]]:
        """Return the cells of the body of the table with this label."""
        [body] = self.one("table", aria_label=label).all("tbody")
        return [[cell.text for cell in row.children if isinstance(cell, Node)] for row in body.all("tr")]

    def error_of(self, label: str) -> str:
        """Return the error that describes the field with this label, ``""`` without one."""
        described = self.field(label).attributes.get("aria-describedby", "").split()
        return " ".join(node.text for node in self if node.attributes.get("id") in described)

    def field(self, label: str) -> "Node":
        """Return the field that this label names."""
        name = self.one("label", label).attributes["for"]
        [found] = [node for node in self if node.attributes.get("id") == name]
        return found

    def fields(self) -> dict[str, str]:
        """Return what a browser sends of this form if nothing is touched."""
        sent: dict[str, str] = {}
        for node in self:
            name, kind = node.attributes.get("name", ""), node.attributes.get("type", "text")
            if node.tag == "select":
                options = node.all("option")
                chosen = next((one for one in options if "selected" in one.attributes), options[0])
                sent[name] = chosen.attributes.get("value", chosen.text)
            elif node.tag == "textarea":
                sent[name] = "".join(node.texts()).removeprefix("\n")
            elif node.tag == "input" and name and (kind not in TICKED or "checked" in node.attributes):
                sent[name] = node.attributes.get("value", "")
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Node:
    """Return the page; every element must be closed where it was opened."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root
