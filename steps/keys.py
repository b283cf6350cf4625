"""Private API keys: making, listing and deleting them, and what they may do."""

import re
from collections.abc import Mapping

from pytest_bdd import given, parsers, then, when

from harness.actors.scopes import SCOPES
from harness.ports import KeyHolder, KlaviyoAdmin, Pages, Setup
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from steps.context import ScenarioContext

BOTH = {"read", "write"}
PREFIX, LAST = "pk_", 4
HIDING = re.compile(r"[^\w-]+")
"""What stands for characters that are not shown: nothing that a key could have."""

LEVEL, USE = r'"[^"]+" to "[^"]+"', r'read(?: and write)? "[^"]+"'
ALLOWED = {"read": {"read"}, "read and write": BOTH}


@given(parsers.parse('Kim has the "{role}" role in Klaviyo'))
def kims_role(kim: KlaviyoAdmin, role: str) -> None:
    kim.take_role(role)


@given(parsers.parse('the key "{name}" with "{level}" to "{scope}"'))
def a_custom_key(setup: Setup, context: ScenarioContext, name: str, level: str, scope: str) -> None:
    context.keys[name] = setup.make_key(name, scopes={scope: level})


@given(parsers.parse('the "{access}" named "{name}"'))
def a_key_of_a_kind(setup: Setup, context: ScenarioContext, access: str, name: str) -> None:
    context.keys[name] = setup.make_key(name, access)


@given(parsers.parse('the key "{name}" has been deleted'))
def key_was_deleted(setup: Setup, name: str) -> None:
    setup.kim.delete_key(name)


@when(parsers.parse('Kim deletes the key "{name}"'))
def delete_key(kim: KlaviyoAdmin, name: str) -> None:
    kim.delete_key(name)


@when(parsers.re(rf'Kim creates the key "(?P<name>[^"]+)" with (?P<levels>{LEVEL}(?:(?:, | and ){LEVEL})*)$'))
def create_custom_key(kim: KlaviyoAdmin, context: ScenarioContext, name: str, levels: str) -> None:
    chosen = {scope: level for level, scope in re.findall(r'"([^"]+)" to "([^"]+)"', levels)}
    context.last_key = context.keys[name] = kim.create_key(name, "Custom Key", chosen)


@when(parsers.parse('Kim creates the "{access}" named "{name}"'))
def create_key_of_a_kind(kim: KlaviyoAdmin, context: ScenarioContext, access: str, name: str) -> None:
    context.last_key = context.keys[name] = kim.create_key(name, access, {})


@when(parsers.parse('Kim tries to create the key "{name}" with "{level}" to "{scope}"'))
def try_to_create_key(kim: KlaviyoAdmin, context: ScenarioContext, name: str, level: str, scope: str) -> None:
    context.attempt(lambda: kim.create_key(name, "Custom Key", {scope: level}))


@when("Kim tries to create a key without a name")
def try_to_create_nameless_key(kim: KlaviyoAdmin, context: ScenarioContext) -> None:
    context.attempt(lambda: kim.create_key("", "Custom Key", {"Events": "Full Access"}))


@when(parsers.parse('Kim tries to delete the key "{name}"'))
def try_to_delete_key(kim: KlaviyoAdmin, context: ScenarioContext, name: str) -> None:
    context.attempt(lambda: kim.delete_key(name))


@when(parsers.parse('Kim fills in the new key "{name}" and cancels'))
def cancel_new_key(pages: Pages, name: str) -> None:
    pages.cancel_new_key(name)


@when(parsers.re(r'the keys? "(?P<names>.+)" (?:is|are) tried at every one of the eleven scopes'))
def try_keys(key_holder: KeyHolder, context: ScenarioContext, names: str) -> None:
    for name in names.split('" and "'):
        context.tried[name] = key_holder.try_key(name, context.keys[name])


@then(parsers.parse('the key "{name}" is listed'))
def key_is_listed(observer: Observer, expect: Expect, name: str) -> None:
    listed = [row.label for row in observer.klaviyo.key_list()]
    expect.that(f"Klaviyo lists the key {name!r}", name in listed, seen=listed)


@then(parsers.parse('the key "{name}" is not listed'))
def key_is_not_listed(observer: Observer, expect: Expect, name: str) -> None:
    listed = [row.label for row in observer.klaviyo.key_list()]
    expect.that(f"Klaviyo does not list the key {name!r}", name not in listed, seen=listed)


@then("no key is listed")
def no_key_is_listed(observer: Observer, expect: Expect) -> None:
    expect.equal(
        "the private keys that Klaviyo lists",
        seen=[row.label for row in observer.klaviyo.key_list()],
        due=[],
    )


@then(parsers.parse('the list shows "{name}" with "{access_level}", created today'))
def key_row(observer: Observer, expect: Expect, name: str, access_level: str) -> None:
    rows = [(row.label, row.access_level, row.created) for row in observer.klaviyo.key_list()]
    due = (name, access_level, observer.klaviyo.today())
    expect.equal(f"Klaviyo lists {name!r} as", seen=[row for row in rows if row[0] == name], due=[due])


@then("the list shows no more of the key than its last four characters")
def key_is_masked(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    shown = [row.masked_key for row in observer.klaviyo.key_list()]
    hidden = [is_hidden(one, context.last_key) for one in shown]
    seen = [one if hides else "a key that shows more" for one, hides in zip(shown, hidden, strict=True)]
    expect.that("Klaviyo shows no more of the key than its last four characters", hidden == [True], seen=seen)


@then("Kim has the whole key to copy")
def whole_key(expect: Expect, context: ScenarioContext) -> None:
    is_whole = context.last_key.startswith("pk_") and "*" not in context.last_key
    expect.that("Kim can copy the whole key", is_whole, seen="a key that is not whole")


@then(
    parsers.re(
        rf'the key "(?P<name>[^"]+)" may (?P<uses>{USE}(?:, {USE})*),'
        r" and do nothing with any other of the eleven scopes"
    )
)
def key_may(expect: Expect, context: ScenarioContext, name: str, uses: str) -> None:
    told = {
        scope: ALLOWED[allowed] for allowed, scope in re.findall(r'(read and write|read) "([^"]+)"', uses)
    }
    _may(expect, context, name, {scope: told.get(scope, set()) for scope in SCOPES})


@then(parsers.parse('the key "{name}" may do nothing with any of the eleven scopes'))
def key_may_nothing(expect: Expect, context: ScenarioContext, name: str) -> None:
    _may(expect, context, name, {scope: set() for scope in SCOPES})


@then(parsers.parse('the key "{name}" may read every one of the eleven scopes, and write none'))
def key_may_read_all(expect: Expect, context: ScenarioContext, name: str) -> None:
    _may(expect, context, name, {scope: {"read"} for scope in SCOPES})


@then(parsers.parse('the key "{name}" may read and write every one of the eleven scopes'))
def key_may_do_all(expect: Expect, context: ScenarioContext, name: str) -> None:
    _may(expect, context, name, dict.fromkeys(SCOPES, BOTH))


@then("Kim is refused")
@then("Dana is refused")
def is_refused(expect: Expect, context: ScenarioContext) -> None:
    expect.that("the system refuses it", context.refusal, seen="the system let it pass")


@then("Klaviyo refuses the app's key")
def key_is_refused(observer: Observer, expect: Expect) -> None:
    expect.soon("Klaviyo refuses a call of the app for its key", observer.traffic.refusals)


@then("the app has asked with its refused token once a minute at the most")
def token_is_not_hammered(observer: Observer, expect: Expect) -> None:
    expect.soon("Gladly refuses the app's token", observer.traffic.refused_questions)
    expect.quiet()
    hasty = observer.traffic.questions_too_soon()
    expect.that("a token that was refused is tried again once a minute at the most", not hasty, seen=hasty)


@then("the app has tried its refused key once a minute at the most")
def is_not_hammered(observer: Observer, expect: Expect) -> None:
    observer.settle()
    hasty = observer.traffic.refusals_too_soon()
    expect.that("a key that was refused is tried again once a minute at the most", not hasty, seen=hasty)


@then(parsers.parse('the app has not used the key "{name}" since'))
def is_not_used_since(observer: Observer, expect: Expect, context: ScenarioContext, name: str) -> None:
    observer.settle()
    used = observer.traffic.calls_since(context.keys[name])
    expect.that(f"the key {name!r} is not used any more", not used, seen=used)


@then(parsers.parse("the app used the {api} API"))
def used_api(observer: Observer, expect: Expect, api: str) -> None:
    look = observer.traffic.api_of_the_last_event
    expect.soon(f"the app's last event came by the {api} API", look, lambda used: used == api)


def is_hidden(shown: str, key: str) -> bool:
    """Say whether ``shown`` has of ``key`` at most the prefix and the last four characters, beside what stands for the others."""
    rest = shown.strip().removeprefix(PREFIX).removesuffix(key[-LAST:])
    return HIDING.fullmatch(rest) is not None


def _may(expect: Expect, context: ScenarioContext, name: str, due: Mapping[str, set[str]]) -> None:
    """Compare what the key was let do with what is ``due``, scope by scope, allowed and refused; tell where they differ."""
    seen = context.what_was_tried(name)
    wrong = [scope for scope in due if seen[scope] != due[scope]]
    expect.equal(
        f"what the key {name!r} is let do",
        seen={scope: seen[scope] for scope in wrong},
        due={scope: due[scope] for scope in wrong},
    )
