"""The mutants of a file: every change that mutmut's operators know, at every place, decorated functions included.

mutmut itself leaves decorated functions out, which here are all steps and fixtures; see ``docs/decisions/0024``. One kind
is added: a call whose answer nobody uses is left out, such as a check in a step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_string

ROOT = Path(__file__).parents[2]
IN_FUNCTIONS, CALL, ON_IMPORT = KINDS = ("in functions", "calls left out", "on import")
LEFT_OUT = "pass"
LEFT_ALONE = ("len", "isinstance")
"""Calls that mutmut leaves alone too: without their arguments they only ever raise."""


@dataclass(frozen=True)
class Function:
    """The outermost function around a place: its qualified name, and its lines from the first decorator on."""

    name: str
    lines: range


@dataclass(frozen=True)
class Mutant:
    """One change in one place. Without a ``function`` it is executed on import: a table, a default, a field."""

    path: str
    lines: range
    column: int
    function: Function | None
    was: str
    now: str
    _module: cst.Module
    _nodes: tuple[cst.CSTNode, cst.CSTNode]

    @property
    def kind(self) -> str:
        """What kind of change it is: the scores are told apart by it."""
        if self.function is None:
            return ON_IMPORT
        return CALL if self.now == LEFT_OUT else IN_FUNCTIONS

    @property
    def name(self) -> str:
        """The place and the change, in one line."""
        return f"{self.path}:{self.lines.start}:{self.column}: {self.was} -> {self.now}"

    def source(self) -> str:
        """Return the whole file with the change in it."""
        changed = self._module.deep_replace(*self._nodes)
        code: str = changed.code
        return code


def mutants_of(path: Path) -> list[Mutant]:
    """Return all mutants of a file, in the order of its text."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
    visitor = _Visitor(path.relative_to(ROOT).as_posix(), wrapper.module)
    wrapper.visit(visitor)
    return visitor.mutants


class _Visitor(cst.CSTVisitor):
    """Collects the mutants, and knows at each place in which function it is."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: str, module: cst.Module) -> None:
        super().__init__()
        self.mutants: list[Mutant] = []
        self._path, self._module = path, module
        self._around: list[str] = []
        self._functions: list[Function] = []

    def visit_Annotation(self, node: cst.Annotation) -> bool:  # noqa: N802, ARG002 - libcst's name
        return False

    def visit_Decorator(self, node: cst.Decorator) -> bool:  # noqa: N802, ARG002 - libcst's name
        return False

    def visit_Param(self, node: cst.Param) -> bool:  # noqa: N802, ARG002 - libcst's name
        return False

    def visit_Call(self, node: cst.Call) -> bool:  # noqa: N802 - libcst's name
        return not (isinstance(node.func, cst.Name) and node.func.value in LEFT_ALONE)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802 - libcst's name
        self._around.append(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:  # noqa: N802, ARG002 - libcst's name
        self._around.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802 - libcst's name
        self._around.append(node.name.value)
        first = self._lines(node.decorators[0] if node.decorators else node).start
        self._functions.append(Function(".".join(self._around), range(first, self._lines(node).stop)))

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:  # noqa: N802, ARG002 - libcst's name
        self._around.pop()
        self._functions.pop()

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note the mutants of this place, unless it is one to leave alone, and go on below it."""
        below: bool = super().on_visit(node)
        if below:
            for changed in _changes(node):
                self._note(node, changed)
        return below

    def _note(self, node: cst.CSTNode, changed: cst.CSTNode) -> None:
        was, now = (" ".join(self._module.code_for_node(one).split()) for one in (node, changed))
        if was != now:
            start = self.get_metadata(PositionProvider, node).start
            function = self._functions[0] if self._functions else None
            nodes = (node, changed)
            self.mutants.append(
                Mutant(self._path, self._lines(node), start.column, function, was, now, self._module, nodes)
            )

    def _lines(self, node: cst.CSTNode) -> range:
        position = self.get_metadata(PositionProvider, node)
        return range(position.start.line, position.end.line + 1)


def _changes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield what the operators make of a node; of a text only the first change, for the others are weaker."""
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            changed: Sequence[cst.CSTNode] = list(operator(node))
            yield from changed[:1] if operator is operator_string else changed
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
        yield cst.Pass()
