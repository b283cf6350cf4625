"""The JSON files of a pack, read without trusting them: what is wrong with one becomes a line, never a traceback."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harness.signoff.pack import canonical

LARGEST = 256 << 20
"""Bytes of JSON that are read at once."""
MOST_FAULTS = 3
Model = TypeVar("Model", bound=BaseModel)


def examine(folder: Path, name: str, shape: type[Model]) -> tuple[Model | None, list[str]]:
    """Return what a file says, ``None`` if that is not to be had, and what is wrong with it."""
    try:
        path = folder / name
        if path.stat().st_size > LARGEST:
            return None, [f"{name}: too large to be read"]
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        is_ours = canonical.is_canonical(text, data)
    except UnicodeDecodeError:
        return None, [f"{name}: no text in UTF-8"]
    except (ValueError, RecursionError) as error:
        return None, [f"{name}: no JSON that can be read: {error}"]
    except OSError as error:
        return None, [f"{name}: cannot be read: {error.strerror}"]
    faults = [] if is_ours else [f"{name}: not in the one form in which a pack writes JSON"]
    try:
        return shape.model_validate(data), faults
    except ValidationError as error:
        return None, faults + [f"{name}: {one}" for one in _in_words(error)]


def _in_words(error: ValidationError) -> list[str]:
    faults: list[Any] = list(error.errors(include_url=False, include_input=False))
    lines = [f"{'.'.join(map(str, one['loc'])) or 'all of it'}: {one['msg']}" for one in faults[:MOST_FAULTS]]
    return lines + ([f"and {len(faults) - MOST_FAULTS} faults more"] if len(faults) > MOST_FAULTS else [])


def in_one_line(lines: Iterable[str]) -> list[str]:
    """Return the lines with what no terminal should be sent, such as line breaks within a file's name, written out."""
    return [
        "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)
        for line in lines
    ]
