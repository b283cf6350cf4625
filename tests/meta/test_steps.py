"""What a step may use stands in its signature: Given sets up, When acts, Then looks; and there is one way of asserting."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

STEPS = Path(__file__).parents[2] / "steps"
TYPES = {
    "setup": "Setup",
    "faults": "Faults",
    "kim": "KlaviyoAdmin",
    "dana": "GladlyAdmin",
    "sam": "Agent",
    "customer": "CustomerChannel",
    "key_holder": "KeyHolder",
    "observer": "Observer",
    "expect": "Expect",
    "traffic": "Traffic",
    "metrics_list": "MetricsList",
    "pages": "Pages",
    "app": "AppUnderTest",
    "control": "Control",
    "throng": "Throng",
    "reach": "Reach",
    "crashes": "Crashes",
    "ledger": "Ledger",
    "colleague": "GladlyAdmin",
    "advance": "Callable[[float], None]",
    "webhook_caller": "WebhookCaller",
    "context": "ScenarioContext",
}
SETUP = {"setup"}
ACTORS = {"colleague", "kim", "dana", "sam", "customer", "key_holder", "metrics_list", "pages"}
ENVIRONMENT = {
    "faults",
    "advance",
    "webhook_caller",
    "app",
    "control",
    "throng",
    "reach",
    "crashes",
    "ledger",
}
ACTING = ACTORS | ENVIRONMENT
"""Who changes something when it is called: people, those who have a key, and what goes on around both systems."""

MAY_USE = {
    "given": set(TYPES) - {"observer"},
    "when": set(TYPES) - SETUP - {"observer", "expect", "traffic", "ledger"},
    "then": set(TYPES) - SETUP - ACTING,
}
"""What each kind of step may ask for, beside what its sentence names; any other fixture would reach past the signature."""

PLACEHOLDER = re.compile(r"\{(\w+)|\(\?P<(\w+)>")


def functions(source: str) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module."""
    return (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))


def kinds(function: ast.FunctionDef) -> set[str]:
    """Return which of given, when and then a function answers to."""
    calls = (one.func for one in function.decorator_list if isinstance(one, ast.Call))
    return {one.id for one in calls if isinstance(one, ast.Name) and one.id in MAY_USE}


def arguments(function: ast.FunctionDef) -> list[ast.arg]:
    """Return all arguments of a function."""
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def placeholders(function: ast.FunctionDef) -> set[str]:
    """Return what the sentences of a step name."""
    found = PLACEHOLDER.findall("\n".join(ast.unparse(one) for one in function.decorator_list))
    return {name for pair in found for name in pair if name}


def trespasses(source: str) -> list[str]:
    """Return which steps of a module ask for what their kind may not use, or name it by another type than its own."""
    return [
        f"{function.name}: a {kind} step may not use {argument.arg}"
        for function in functions(source)
        for kind in sorted(kinds(function))
        for argument in arguments(function)
        if argument.arg not in MAY_USE[kind] | placeholders(function)
    ] + [
        f"{function.name}: {argument.arg} is no {ast.unparse(argument.annotation)}"
        for function in functions(source)
        if kinds(function)
        for argument in arguments(function)
        if argument.annotation is not None
        and ast.unparse(argument.annotation) != TYPES.get(argument.arg, ast.unparse(argument.annotation))
    ]


def idle(source: str) -> list[str]:
    """Return which When steps of a module call nobody who acts, and hand nobody who acts to what they call."""
    return [
        f"{function.name}: a when step calls nobody who acts"
        for function in functions(source)
        if "when" in kinds(function)
        and not _called(function) & ACTING & {argument.arg for argument in arguments(function)}
    ]


def _called(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function calls, calls something of, or hands to what it calls."""
    calls = [one for part in function.body for one in ast.walk(part) if isinstance(one, ast.Call)]
    spoken_of = [
        part for call in calls for part in (call.func, *call.args, *(one.value for one in call.keywords))
    ]
    return {one.id for part in spoken_of for one in ast.walk(part) if isinstance(one, ast.Name)}


def smuggled(source: str) -> list[str]:
    """Return where a module names a fixture that its steps should be asked for: the setup is handed in, never got."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(source))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"getfixturevalue", "_setup", "_world", "_expect"}
        )
        or (isinstance(node, ast.ImportFrom) and any(one.name == "World" for one in node.names))
    ]


def assertions(source: str) -> list[str]:
    """Return the bare assertions of a module, which would tell of Python's values."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assert)
    ]


@pytest.mark.parametrize("path", sorted(STEPS.glob("*.py")), ids=lambda path: path.stem)
def test_steps_keep_to_their_signatures(path: Path) -> None:
    """Every When acts, no Then does, neither uses the setup route, none reaches past its signature or asserts by itself."""
    source = path.read_text(encoding="utf-8")
    assert trespasses(source) + idle(source) + smuggled(source) + assertions(source) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("@when('a')\ndef f(setup: Setup): ...", ["f: a when step may not use setup"]),
        ("@then('a')\ndef f(setup: Setup): ...", ["f: a then step may not use setup"]),
        ("@given('a')\n@when('b')\ndef f(setup: Setup): ...", ["f: a when step may not use setup"]),
        ("@then(p('a'))\ndef f(kim: KlaviyoAdmin): ...", ["f: a then step may not use kim"]),
        ("@then(p('a'))\ndef f(pages: Pages): ...", ["f: a then step may not use pages"]),
        ("@then(p('a'))\ndef f(key_holder: KeyHolder): ...", ["f: a then step may not use key_holder"]),
        (
            "@then(p('a'))\ndef f(metrics_list: MetricsList): ...",
            ["f: a then step may not use metrics_list"],
        ),
        ("@when('a')\ndef f(world: World): ...", ["f: a when step may not use world"]),
        ("@then('a')\ndef f(http_servers: Servers): ...", ["f: a then step may not use http_servers"]),
        ("@when('a')\ndef f(*, setup: Setup): ...", ["f: a when step may not use setup"]),
        ("@then(p('a {count:d} b'))\ndef f(observer: Observer, count: int): ...", []),
        ("@then(p.re('a (?P<count>.)'))\ndef f(count: str): ...", []),
        ("@when('a')\ndef f(kim: Setup): ...", ["f: kim is no Setup"]),
        ("@given('a')\ndef f(setup: Setup): ...", []),
        ("def helper(setup: Setup): ...", []),
    ],
)
def test_a_trespass_is_found(source: str, found: list[str]) -> None:
    """The check names the step and what it may not use, and leaves alone what is allowed."""
    assert trespasses(source) == found


@pytest.mark.parametrize(
    ("body", "acts"),
    [
        ("def f(context: C):\n    context.search = ''", False),
        ("def f(context: C, text: str):\n    context.search = text", False),
        ("def f(context: C):\n    context.note(kim)", False),
        ("def f(kim: KlaviyoAdmin, context: C):\n    context.search = ''", False),
        ("def f(kim: KlaviyoAdmin, context: C):\n    context.admin = kim", False),
        ("def f(kim: KlaviyoAdmin):\n    kim.delete_key('a')", True),
        ("def f(metrics_list: MetricsList, text: str):\n    metrics_list.search_for(text)", True),
        ("def f(kim: KlaviyoAdmin, context: C):\n    context.keys['a'] = kim.create_key('a')", True),
        ("def f(dana: GladlyAdmin, context: C):\n    context.attempt(dana.apps)", True),
        ("def f(dana: GladlyAdmin, context: C):\n    context.attempt(lambda: dana.save_app(name='a'))", True),
        ("def f(sam: Agent, context: C):\n    _open(sam, context)", True),
        ("def f(sam: Agent, context: C):\n    _open(agent=sam)", True),
        ("def f(advance: Callable[[float], None]):\n    advance(1.0)", True),
        ("def f(faults: Faults):\n    faults.end_at_klaviyo()", True),
    ],
)
def test_a_when_that_does_nothing_is_found(body: str, acts: bool) -> None:
    """Setting a variable is no act, nor is taking an actor and leaving it alone; of a Then nothing of the kind is asked."""
    assert idle(f"@when(p('a'))\n{body}") == ([] if acts else ["f: a when step calls nobody who acts"])
    assert idle(f"@then(p('a'))\n{body}") == []


def test_a_then_that_acts_is_found() -> None:
    """Whoever acts has no place in a Then: each of them is named."""
    for who in ACTING:
        source = f"@then('a')\ndef f({who}: {TYPES[who]}): ..."
        assert trespasses(source) == [f"f: a then step may not use {who}"]


def test_what_is_smuggled_or_asserted_is_found() -> None:
    """Getting a fixture by its name, importing the world, and a bare assertion are each found."""
    assert len(smuggled("from harness.worlds.world import World\nrequest.getfixturevalue('setup')")) == 2
    assert assertions("def f():\n    assert 1 > 2") == ["line 2: assert 1 > 2"]


def test_step_bodies_stay_short() -> None:
    """A step speaks to an actor in one to five statements."""
    long = [
        f"{path.name}: {one.name}"
        for path in STEPS.glob("*.py")
        for one in functions(path.read_text(encoding="utf-8"))
        if kinds(one) and sum(1 for _ in one.body) > 5
    ]
    assert long == []
