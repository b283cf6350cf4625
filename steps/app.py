"""The Klaviyo App in Gladly: installing, finding, editing, saving and switching it."""

from pytest_bdd import given, parsers, then, when

from harness.actors.ports import AppForm, AppRow
from harness.worlds.world import World
from steps.scene import Scene

UPGRADE_KEY = "Key of the upgrade"


@given(parsers.parse('Dana has the "{role}" role in Gladly'))
def danas_role(world: World, role: str) -> None:
    world.dana.take_role(role)


@given(parsers.parse('the Klaviyo App "{name}" is upgraded with the key "{key}"'))
def upgraded_with(world: World, scene: Scene, name: str, key: str) -> None:
    world.stage.install_app(name, private_key=scene.keys[key], upgraded=True)


@given(parsers.parse('the Klaviyo App "{name}" is upgraded'))
@given(parsers.parse('the Klaviyo App "{name}" is installed in Gladly'))
def upgraded(world: World, scene: Scene, name: str) -> None:
    scene.last_key = world.stage.make_key(UPGRADE_KEY, scopes={"Events": "Full Access"})
    world.stage.install_app(name, private_key=scene.last_key, upgraded=True)


@given(parsers.parse('the Klaviyo App "{name}" runs on the legacy API'))
def on_the_legacy_api(world: World, name: str) -> None:
    world.stage.install_app(name, private_key=None, upgraded=False)


@given(parsers.parse("the Klaviyo App speaks the {api} API"))
def speaks(world: World, scene: Scene, api: str) -> None:
    if api == "new":
        upgraded(world, scene, "Klaviyo")
    else:
        on_the_legacy_api(world, "Klaviyo")


@given(parsers.parse('the Klaviyo App "{name}" was upgraded before it had a private key'))
def upgraded_without_key(world: World, name: str) -> None:
    world.stage.install_app(name, private_key=None, upgraded=True)


@given("Dana has opened the Klaviyo App for editing")
@when("Dana opens the Klaviyo App for editing")
def open_form(world: World, scene: Scene) -> None:
    scene.form = world.dana.app_form()


@when("Dana looks through the apps")
def look_through_apps(world: World) -> None:
    world.dana.apps()


@when("Dana tries to look through the apps")
def try_to_look_through_apps(world: World, scene: Scene) -> None:
    scene.attempt(world.dana.apps)


@when("Dana pastes the key into the open form and saves")
def save_open_form(world: World, scene: Scene) -> None:
    world.save_app(name=_form(scene).field("Name").value, private_key=scene.last_key)


@given(parsers.parse('Dana has saved the key "{key}" in the Klaviyo App'))
@when(parsers.parse('Dana saves the key "{key}" in the Klaviyo App'))
def save_key(world: World, scene: Scene, key: str) -> None:
    world.save_app(private_key=scene.keys[key])


@given("Dana has saved a malformed key as the private key")
@when("Dana saves a malformed key as the private key")
def save_malformed_key(world: World, scene: Scene) -> None:
    scene.keys["malformed"] = "pk_this-was-cut-off"
    world.save_app(private_key=scene.keys["malformed"])


@when("Dana saves the public key as the private key")
def save_public_key(world: World) -> None:
    world.save_app(private_key=world.stage.public_key)


@when("Dana saves a key that Klaviyo does not know as the private key")
def save_unknown_key(world: World) -> None:
    world.save_app(private_key="pk_" + "0f" * 17)


@when(parsers.parse('Dana renames the Klaviyo App to "{name}"'))
def rename(world: World, name: str) -> None:
    world.save_app(name=name)


@when(parsers.parse('Dana tries to rename the Klaviyo App to "{name}"'))
def try_to_rename(world: World, scene: Scene, name: str) -> None:
    scene.attempt(lambda: world.save_app(name=name))


@given("Dana has switched the Klaviyo App off")
@when("Dana switches the Klaviyo App off")
def switch_off(world: World) -> None:
    world.dana.switch_app(on=False)


@when("Dana switches the Klaviyo App on")
def switch_on(world: World) -> None:
    world.dana.switch_app(on=True)


@when("Dana tries to switch the Klaviyo App off")
def try_to_switch_off(world: World, scene: Scene) -> None:
    scene.attempt(lambda: world.dana.switch_app(on=False))


@then(parsers.parse('Dana finds the Klaviyo App "{name}"'))
@then(parsers.parse('the Klaviyo App is still called "{name}"'))
def app_is_called(world: World, name: str) -> None:
    assert _the_app(world).name == name


@then("the Klaviyo App is switched on")
def app_is_on(world: World) -> None:
    assert _the_app(world).active


@then("the Klaviyo App is switched off")
def app_is_off(world: World) -> None:
    assert not _the_app(world).active


@then("the Klaviyo App has a private key")
def app_has_key(world: World) -> None:
    assert world.dana.app_form().has_private_key


@then("the key field is empty")
def key_field_is_empty(scene: Scene) -> None:
    assert _form(scene).field("Klaviyo Private API Key").value == ""


@then(parsers.parse('the form is headed "{heading}"'))
def form_heading(scene: Scene, heading: str) -> None:
    assert _form(scene).heading == heading


@then("it says that customers can be segmented by being engaged in a support conversation")
def form_purpose(scene: Scene) -> None:
    assert "segment customers in Klaviyo" in _form(scene).description
    assert "engaged in a support conversation" in _form(scene).description


@then(parsers.parse('its field "{label}" says that the name is displayed throughout Gladly'))
def name_help(scene: Scene, label: str) -> None:
    assert "displayed throughout Gladly" in _form(scene).field(label).help


@then(parsers.parse('its field "{label}" says that the key authenticates requests and where to obtain it'))
def key_help(scene: Scene, label: str) -> None:
    assert "authenticate API requests" in _form(scene).field(label).help
    assert "Settings page under the API Keys tab" in _form(scene).field(label).help


def _form(scene: Scene) -> AppForm:
    assert scene.form is not None, "the form has not been opened"
    return scene.form


def _the_app(world: World) -> AppRow:
    world.dana.take_role("Administrator")
    [app] = world.dana.apps()
    return app
