"""A page's accessibility tree as Playwright writes it down, line by line: what there is, and the same without what is typed."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from harness.redaction import MASK, redact_people

TEXT = "[text]"
"""What stands for a text that may be somebody's."""

TYPED_INTO = ("textbox", "searchbox", "spinbutton", "combobox", "slider")
_LINE = re.compile(r"^(?P<indent> *)- (?P<rest>.*)$")
_QUOTED = re.compile(r"'(?P<key>(?:[^']|'')*)'(?::(?: (?P<value>.*))?)?$")
_KEY = re.compile(r'(?P<role>/?\w+)(?: (?P<name>"(?:[^"\\]|\\.)*"))?(?P<states>(?: \[[^\]]*\])*)')
_PLAIN = re.compile(rf"(?P<key>{re.sub(r'[?]P<[a-z]+>', '', _KEY.pattern)})(?::(?: (?P<value>.*))?)?$")
_QUERY = re.compile(r"\?[^\s\"]*")


@dataclass(frozen=True)
class Node:
    """One line: how deep it stands, the role, the name a screen reader says, and the text or value behind it.

    ``states`` are such as `` [checked]``, as they stand there.
    """

    depth: int
    role: str
    name: str = ""
    value: str = ""
    states: str = field(default="", compare=False)


def nodes(snapshot: str) -> Iterator[Node]:
    """Yield what the lines of ``snapshot`` say, without those that cannot be read."""
    for line in snapshot.splitlines():
        node = _node(line)
        if node is not None:
            yield node


def without_what_is_private(snapshot: str, secrets: Iterable[str]) -> str:
    """Return ``snapshot`` without what fields hold, without ``secrets``, keys, addresses, and what addresses ask for."""
    kept, field_depth = list[str](), None
    known = tuple(secrets)
    for line in snapshot.splitlines():
        node = _node(line)
        depth = len(line) - len(line.lstrip(" "))
        if field_depth is not None and depth > field_depth:
            if node is not None and node.role in {"/placeholder", "option"}:
                kept.append(line)
            continue
        field_depth = depth if _is_typed_into(line, node) else None
        kept.append(_without_value(line, node) if field_depth is not None else line)
    return redact_people("\n".join(_without_query(line) for line in kept), known) + "\n"


def spelled(text: str) -> str:
    """Return ``text`` as texts are compared: in small letters, one blank between words."""
    return " ".join(text.lower().split())


def with_known_texts_only(snapshot: str, known: Collection[str]) -> str:
    """Return ``snapshot`` with ``TEXT`` for each name, text and address but those ``known``; what things are stays."""
    allowed = {spelled(text) for text in known}
    return "\n".join(_with_known_only(line, allowed) for line in snapshot.splitlines())


def _with_known_only(line: str, allowed: Collection[str]) -> str:
    indent, node = " " * (len(line) - len(line.lstrip(" "))), _node(line)
    if node is None:
        return f"{indent}- {TEXT}"
    name, value = (one if spelled(one) in allowed else TEXT for one in (node.name, node.value))
    shown = f" {json.dumps(name, ensure_ascii=False)}" if node.name else ""
    behind = f": {value}" if node.value else ":" if line.endswith(":") else ""
    return f"{indent}- {node.role}{shown}{node.states}{behind}"


def _node(line: str) -> Node | None:
    match = _LINE.match(line)
    if match is None:
        return None
    rest = match["rest"]
    parts = _QUOTED.match(rest) if rest.startswith("'") else _PLAIN.match(rest)
    if parts is None:
        return None
    key = _KEY.fullmatch(parts["key"].replace("''", "'") if rest.startswith("'") else parts["key"])
    if key is None:
        return None
    name, value = _unquoted(key["name"]), _unquoted(parts["value"])
    return Node(len(match["indent"]), key["role"], name, value, key["states"])


def _unquoted(text: str | None) -> str:
    if text is None:
        return ""
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return text


def _is_typed_into(line: str, node: Node | None) -> bool:
    """Say whether the line is a field; one that cannot be read is taken for one when it begins as one."""
    if node is not None:
        return node.role in TYPED_INTO
    return line.lstrip(" -'").startswith(TYPED_INTO)


def _without_value(line: str, node: Node | None) -> str:
    indent = " " * (len(line) - len(line.lstrip(" ")))
    if node is None:
        return f"{indent}- {MASK}"
    name = f" {json.dumps(node.name, ensure_ascii=False)}" if node.name else ""
    return f"{indent}- {node.role}{name}" + (f": {MASK}" if node.value else ":" if line.endswith(":") else "")


def _without_query(line: str) -> str:
    return _QUERY.sub("?…", line) if line.lstrip(" -").startswith("/url:") else line
