"""Puts a mutant in place: into the running process, or into a tree of links beside the real one."""

import gc
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

from scripts.mutation.mutants import ROOT, Mutant

NOT_LINKED = {"__pycache__", ".git", "build"}


class LiveFunctions:
    """The functions of this process by the place of their text."""

    def __init__(self) -> None:
        """Look at all functions that there are now."""
        self._found: dict[tuple[str, str, int], list[FunctionType]] = {}
        for one in gc.get_objects():
            if isinstance(one, FunctionType):
                self._found.setdefault(_place(one.__code__), []).append(one)

    def can_change(self, mutant: Mutant) -> bool:
        """Say whether the function is there and its new code fits: without ``super()``, say, it might not."""
        found, code = self._found_for(mutant)
        return bool(found) and all(one.__code__.co_freevars == code.co_freevars for one in found)

    def change(self, mutant: Mutant) -> None:
        """Give the function that the mutant changes its new code, whoever holds it."""
        found, code = self._found_for(mutant)
        for function in found:
            function.__code__ = code

    def _found_for(self, mutant: Mutant) -> tuple[list[FunctionType], CodeType]:
        assert mutant.function  # noqa: S101 - only what stands in a function can be changed when all is imported
        file = str(ROOT / mutant.path)
        place = (file, mutant.function.name, mutant.function.lines.start)
        module = compile(mutant.source(), file, "exec", dont_inherit=True)
        [code] = (one for one in _all_code(module) if _place(one) == place)
        return self._found.get(place, []), code


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _all_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _all_code(one)


def link_tree(folder: Path, mutant: Mutant) -> None:
    """Make ``folder`` a tree of links to everything here, but for the one file, which has the change in it."""
    here, there = ROOT, folder
    for part in Path(mutant.path).parts:
        there.mkdir()
        for entry in here.iterdir():
            if entry.name != part and entry.name not in NOT_LINKED:
                (there / entry.name).symlink_to(entry)
        here, there = here / part, there / part
    there.write_text(mutant.source(), encoding="utf-8")
