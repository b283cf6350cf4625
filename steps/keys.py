"""Private API keys: making, listing and deleting them, and what they may do."""

from pytest_bdd import given, parsers, then, when

from harness.actors.scopes import SCOPES
from harness.worlds.world import World
from steps.scene import Scene

BOTH = {"read", "write"}
ALLOWED = {"read": {"read"}, "read and write": BOTH}


@given(parsers.parse('Kim has the "{role}" role in Klaviyo'))
def kims_role(world: World, role: str) -> None:
    world.kim.take_role(role)


@given(parsers.parse('the key "{name}" with "{level}" to "{scope}"'))
def a_custom_key(world: World, scene: Scene, name: str, level: str, scope: str) -> None:
    scene.keys[name] = world.stage.make_key(name, scopes={scope: level})


@given(parsers.parse('the "{access}" named "{name}"'))
def a_key_of_a_kind(world: World, scene: Scene, access: str, name: str) -> None:
    scene.keys[name] = world.stage.make_key(name, access)


@given(parsers.parse('the key "{name}" has been deleted'))
@when(parsers.parse('Kim deletes the key "{name}"'))
def delete_key(world: World, name: str) -> None:
    world.kim.delete_key(name)


@when(parsers.parse('Kim creates the key "{name}" with "{level}" to "{scope}"'))
def create_custom_key(world: World, scene: Scene, name: str, level: str, scope: str) -> None:
    scene.last_key = scene.keys[name] = world.kim.create_key(name, "Custom Key", {scope: level})


@when(parsers.parse('Kim creates the "{access}" named "{name}"'))
def create_key_of_a_kind(world: World, scene: Scene, access: str, name: str) -> None:
    scene.last_key = scene.keys[name] = world.kim.create_key(name, access, {})


@when(parsers.parse('Kim tries to create the key "{name}" with "{level}" to "{scope}"'))
def try_to_create_key(world: World, scene: Scene, name: str, level: str, scope: str) -> None:
    scene.attempt(lambda: world.kim.create_key(name, "Custom Key", {scope: level}))


@when("Kim tries to create a key without a name")
def try_to_create_nameless_key(world: World, scene: Scene) -> None:
    scene.attempt(lambda: world.kim.create_key("", "Custom Key", {"Events": "Full Access"}))


@when(parsers.parse('Kim tries to delete the key "{name}"'))
def try_to_delete_key(world: World, scene: Scene, name: str) -> None:
    scene.attempt(lambda: world.kim.delete_key(name))


@when(parsers.parse('Kim fills in the new key "{name}" and cancels'))
def cancel_new_key(world: World, name: str) -> None:
    world.pages.cancel_new_key(name)


@then(parsers.parse('the key "{name}" is listed'))
def key_is_listed(world: World, name: str) -> None:
    assert name in [row.label for row in world.kim.key_list()]


@then(parsers.parse('the key "{name}" is not listed'))
def key_is_not_listed(world: World, name: str) -> None:
    assert name not in [row.label for row in world.kim.key_list()]


@then("no key is listed")
def no_key_is_listed(world: World) -> None:
    assert world.kim.key_list() == []


@then(parsers.parse('the list shows "{name}" with "{access_level}", created today'))
def key_row(world: World, name: str, access_level: str) -> None:
    [row] = [row for row in world.kim.key_list() if row.label == name]
    assert (row.access_level, row.created) == (access_level, world.kim.today())


@then("the list shows no more of the key than its last four characters")
def key_is_masked(world: World, scene: Scene) -> None:
    [masked] = [row.masked_key for row in world.kim.key_list()]
    assert masked.endswith(scene.last_key[-4:])
    assert scene.last_key[3:-4] not in masked
    assert len(masked) < len(scene.last_key)


@then("Kim has the whole key to copy")
def whole_key(scene: Scene) -> None:
    assert scene.last_key.startswith("pk_")
    assert "*" not in scene.last_key


@then(parsers.re(r'the key "(?P<name>.+)" may (?P<allowed>read|read and write) "(?P<scope>.+)"'))
def key_may(world: World, name: str, allowed: str, scope: str) -> None:
    assert world.kim.may(name)[scope] == ALLOWED[allowed]


@then(parsers.parse('the key "{name}" may do nothing with any other of the eleven scopes'))
def key_may_nothing_else(world: World, name: str) -> None:
    granted = {scope for scope, verbs in world.kim.may(name).items() if verbs}
    assert len(granted) == 1


@then(parsers.parse('the key "{name}" may do nothing with any of the eleven scopes'))
def key_may_nothing(world: World, name: str) -> None:
    assert set().union(*world.kim.may(name).values()) == set()


@then(parsers.parse('the key "{name}" may read every one of the eleven scopes, and write none'))
def key_may_read_all(world: World, name: str) -> None:
    assert world.kim.may(name) == {scope: {"read"} for scope in SCOPES}


@then(parsers.parse('the key "{name}" may read and write every one of the eleven scopes'))
def key_may_do_all(world: World, name: str) -> None:
    assert world.kim.may(name) == dict.fromkeys(SCOPES, BOTH)


@then("Kim is refused")
@then("Dana is refused")
def is_refused(scene: Scene) -> None:
    assert scene.refusal, "the system let it pass"
