"""What the files of screens hold: how a part of a page is found, and a page's address and parts."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from harness.pages.screens.roles import ROLES
from harness.pages.screens.words import nearest

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
WAYS = ("role", "label", "text", "css")

Values = Mapping[str, object]


class Part(BaseModel):
    """How one part of a page is found: by one of role, label, text and css, perhaps within another part.

    ``match`` says how ``name``, ``label`` or ``text`` is compared; ``containing`` is a text that the part must hold;
    a ``secret`` part is painted over in every picture.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    role: str = ""
    name: str = ""
    label: str = ""
    text: str = ""
    css: str = ""
    match: Literal["contains", "exact", "regex"] = "contains"
    containing: str = ""
    within: "str | Part" = ""
    secret: bool = False

    @field_validator("role", "name", "label", "text", "css", "containing", "within")
    @classmethod
    def _says_something(cls, value: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            raise ValueError("is empty, and would fit everything; say what to look for, or leave the key out")
        return value

    @field_validator("role")
    @classmethod
    def _is_a_role(cls, value: str) -> str:
        if value not in ROLES:
            raise ValueError(f"there is no role {value!r}{nearest(value, ROLES)}")
        return value

    @model_validator(mode="after")
    def _is_found_one_way(self) -> Self:
        given = [way for way in WAYS if getattr(self, way)]
        if len(given) != 1:
            raise ValueError(
                f"has {' and '.join(given) or 'none of role, label, text, css'}; give exactly one of role, label, text, css"
            )
        if self.name and not self.role:
            raise ValueError("name goes with a role; without one, use label or text")
        if self.match == "regex":
            try:
                re.compile(self.wanted)
            except re.error as error:
                raise ValueError(
                    f"{self.wanted!r} is no regular expression: {error}; mend it, or use match = "
                    '"contains" or "exact"'
                ) from None
        return self

    @property
    def wanted(self) -> str:
        """The text that is looked for: a name, a label or a text; empty when there is none."""
        return self.name or self.label or self.text

    @property
    def placeholders(self) -> set[str]:
        """What the entry leaves open, such as ``number`` in ``Email {number}``."""
        inner = self.within.placeholders if isinstance(self.within, Part) else set()
        return inner | {one for text in (self.wanted, self.containing) for one in _PLACEHOLDER.findall(text)}

    @property
    def texts(self) -> set[str]:
        """What stands in the entry of what stands on the page."""
        inner = self.within.texts if isinstance(self.within, Part) else set()
        return inner | {text for text in (self.wanted, self.containing) if text}

    def comparing(self, values: Values) -> str | re.Pattern[str]:
        """Return the wanted text with ``values`` in it; a regular expression where the entry has one."""
        if self.match == "regex":
            return re.compile(
                filled(self.wanted, {name: re.escape(str(one)) for name, one in values.items()})
            )
        return filled(self.wanted, values)

    def keys(self) -> dict[str, Any]:
        """Return the keys that the entry gives, as they stand in a file."""
        return {key: value for key, value in self if value != type(self).model_fields[key].default}

    def as_words(self) -> str:
        """Return the entry in the words of the file, on one line."""
        return ", ".join(f"{key} = {_toml(value)}" for key, value in self.keys().items())

    def as_table(self, name: str) -> str:
        """Return the entry as a table of a file; ``name`` is such as ``klaviyo.Metrics.search``."""
        return "\n".join([f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in self.keys().items())])


@dataclass(frozen=True)
class Screen:
    """One page: its address, empty when only clicks lead there, and its parts by name."""

    address: str = ""
    parts: Mapping[str, Part] = field(default_factory=dict)

    @property
    def texts(self) -> set[str]:
        """What the parts' entries say of what stands on the page."""
        return {text for part in self.parts.values() for text in part.texts}


def filled(text: str, values: Values) -> str:
    """Return ``text`` with ``values`` where it has placeholders."""
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), text)


def placeholders_in(text: str) -> set[str]:
    """Return the names of the placeholders of an address."""
    return set(_PLACEHOLDER.findall(text))


def pattern_of(address: str) -> re.Pattern[str]:
    """Return what the paths look like that an address with placeholders stands for, with each placeholder as a group."""
    pieces = re.split(r"\{([a-z_]+)\}", address.rstrip("/"))
    written = [f"(?P<{one}>[^/]+)" if number % 2 else re.escape(one) for number, one in enumerate(pieces)]
    return re.compile("".join(written) + "/?")


def containers(part: Part, parts: Mapping[str, Part]) -> Iterator[tuple[str, Part]]:
    """Yield what ``part`` is looked for in, from the inside out, each with its name among ``parts`` or none."""
    while part.within:
        name, part = ("", part.within) if isinstance(part.within, Part) else (part.within, parts[part.within])
        yield name, part


def _toml(value: Any) -> str:
    if isinstance(value, Part):
        return f"{{ {value.as_words()} }}"
    return json.dumps(value, ensure_ascii=False)
