"""The Klaviyo App in Gladly: installing, finding, editing, saving and switching it."""

from pytest_bdd import given, parsers, then, when

from harness.ports import Control, GladlyAdmin, KlaviyoAdmin, Setup
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from steps.context import ScenarioContext

MALFORMED_KEY = "pk_this-was-cut-off"
UNKNOWN_KEY = "pk_" + "0f" * 17
PURPOSE = ("segment customers in Klaviyo", "engaged in a support conversation")
HELP_WITH_NAME = ("displayed throughout Gladly",)
HELP_WITH_KEY = ("authenticate API requests", "Settings page under the API Keys tab")


@given(parsers.parse('Dana has the "{role}" role in Gladly'))
def danas_role(dana: GladlyAdmin, role: str) -> None:
    dana.take_role(role)


@given(parsers.parse('the Klaviyo App "{name}" is upgraded with the key "{key}"'))
def upgraded_with(setup: Setup, context: ScenarioContext, name: str, key: str) -> None:
    setup.install_app(name, private_key=context.keys[key], upgraded=True)


@given(parsers.parse('the Klaviyo App "{name}" is upgraded'))
@given(parsers.parse('the Klaviyo App "{name}" is installed in Gladly'))
def upgraded(setup: Setup, context: ScenarioContext, name: str) -> None:
    context.last_key = setup.upgrade_app(name)


@given(parsers.parse('the Klaviyo App "{name}" runs on the legacy API'))
def on_the_legacy_api(setup: Setup, name: str) -> None:
    setup.install_app(name, private_key=None, upgraded=False)


@given(parsers.parse("the Klaviyo App speaks the {api} API"))
def speaks(setup: Setup, context: ScenarioContext, api: str) -> None:
    if api == "new":
        upgraded(setup, context, "Klaviyo")
    else:
        on_the_legacy_api(setup, "Klaviyo")


@given(parsers.parse('the Klaviyo App "{name}" was upgraded before it had a private key'))
def upgraded_without_key(setup: Setup, name: str) -> None:
    setup.install_app(name, private_key=None, upgraded=True)


@given("Dana has opened the Klaviyo App for editing")
@when("Dana opens the Klaviyo App for editing")
def open_form(dana: GladlyAdmin, context: ScenarioContext) -> None:
    context.form = dana.app_form()


@when("Dana looks through the apps")
def look_through_apps(dana: GladlyAdmin) -> None:
    dana.apps()


@when("Dana tries to look through the apps")
def try_to_look_through_apps(dana: GladlyAdmin, context: ScenarioContext) -> None:
    context.attempt(dana.apps)


@when("Dana pastes the key into the open form and saves")
def save_open_form(dana: GladlyAdmin, context: ScenarioContext) -> None:
    dana.save_app(name=context.open_form().field("Name").value, private_key=context.last_key)


@given(parsers.parse('Dana has saved the key "{key}" in the Klaviyo App'))
def key_was_saved(setup: Setup, context: ScenarioContext, key: str) -> None:
    setup.dana.save_app(private_key=context.keys[key])


@when(parsers.parse('Dana saves the key "{key}" in the Klaviyo App'))
def save_key(dana: GladlyAdmin, context: ScenarioContext, key: str) -> None:
    dana.save_app(private_key=context.keys[key])


@when(parsers.parse('Dana saves the key "{first}" and a colleague the key "{second}" over it'))
def save_one_over_the_other(
    dana: GladlyAdmin, colleague: GladlyAdmin, context: ScenarioContext, first: str, second: str
) -> None:
    dana.save_app(private_key=context.keys[first])
    colleague.save_app(private_key=context.keys[second])


@given(parsers.parse("Dana has saved {something} as the private key"))
def something_was_saved(setup: Setup, control: Control, context: ScenarioContext, something: str) -> None:
    setup.dana.save_app(private_key=_key(something, setup.kim, control, context))


@when(parsers.parse("Dana saves {something} as the private key"))
def save_something(
    dana: GladlyAdmin, kim: KlaviyoAdmin, control: Control, context: ScenarioContext, something: str
) -> None:
    dana.save_app(private_key=_key(something, kim, control, context))


@when(parsers.parse('Dana renames the Klaviyo App to "{name}"'))
def rename(dana: GladlyAdmin, name: str) -> None:
    dana.save_app(name=name)


@when(parsers.parse('Dana tries to rename the Klaviyo App to "{name}"'))
def try_to_rename(dana: GladlyAdmin, context: ScenarioContext, name: str) -> None:
    context.attempt(lambda: dana.save_app(name=name))


@given("Dana has switched the Klaviyo App off")
def was_switched_off(setup: Setup) -> None:
    setup.dana.switch_app(on=False)


@when("Dana switches the Klaviyo App off")
def switch_off(dana: GladlyAdmin) -> None:
    dana.switch_app(on=False)


@when("Dana switches the Klaviyo App on")
def switch_on(dana: GladlyAdmin) -> None:
    dana.switch_app(on=True)


@when("Dana tries to switch the Klaviyo App off")
def try_to_switch_off(dana: GladlyAdmin, context: ScenarioContext) -> None:
    context.attempt(lambda: dana.switch_app(on=False))


@then(parsers.parse('Dana finds the Klaviyo App "{name}"'))
@then(parsers.parse('the Klaviyo App is still called "{name}"'))
def app_is_called(observer: Observer, expect: Expect, name: str) -> None:
    expect.equal("the apps that Gladly lists", seen=[app.name for app in observer.gladly.apps()], due=[name])


@then("the Klaviyo App is switched on")
def app_is_on(observer: Observer, expect: Expect) -> None:
    apps = observer.gladly.apps()
    expect.that("Gladly shows the Klaviyo App switched on", [app.active for app in apps] == [True], seen=apps)


@then("the Klaviyo App is switched off")
def app_is_off(observer: Observer, expect: Expect) -> None:
    apps = observer.gladly.apps()
    expect.that(
        "Gladly shows the Klaviyo App switched off", [app.active for app in apps] == [False], seen=apps
    )


@then("the Klaviyo App has a private key")
def app_has_key(observer: Observer, expect: Expect) -> None:
    form = observer.gladly.app_form()
    expect.that("the form says that a private key is saved", form.has_private_key, seen=form)


@then("the key field is empty")
def key_field_is_empty(expect: Expect, context: ScenarioContext) -> None:
    value = context.open_form().field("Klaviyo Private API Key").value
    expect.that("the key field is empty", not value, seen="something stands in it")


@then(parsers.parse('the form is headed "{heading}"'))
def form_heading(expect: Expect, context: ScenarioContext, heading: str) -> None:
    expect.equal("the heading of the form", seen=context.open_form().heading, due=heading)


@then("it says that customers can be segmented by being engaged in a support conversation")
def form_purpose(expect: Expect, context: ScenarioContext) -> None:
    said = context.open_form().description
    expect.that(f"the form says: {' … '.join(PURPOSE)}", all(one in said for one in PURPOSE), seen=said)


@then(parsers.parse('its field "{label}" says that the name is displayed throughout Gladly'))
def name_help(expect: Expect, context: ScenarioContext, label: str) -> None:
    _helps(expect, context, label, HELP_WITH_NAME)


@then(parsers.parse('its field "{label}" says that the key authenticates requests and where to obtain it'))
def key_help(expect: Expect, context: ScenarioContext, label: str) -> None:
    _helps(expect, context, label, HELP_WITH_KEY)


def _key(something: str, kim: KlaviyoAdmin, control: Control, context: ScenarioContext) -> str:
    """Return what is pasted as the private key."""
    keys = {
        "a malformed key": lambda: MALFORMED_KEY,
        "a key that Klaviyo does not know": lambda: UNKNOWN_KEY,
        "the public key": kim.public_key,
        "its key with a line break behind it": lambda: f" {context.last_key}\n",
        "a key of another account": control.key_of_another_account,
    }
    return keys[something]()


def _helps(expect: Expect, context: ScenarioContext, label: str, phrases: tuple[str, ...]) -> None:
    said = context.open_form().field(label).help
    expect.that(
        f"the help with {label!r} says: {' … '.join(phrases)}", all(one in said for one in phrases), seen=said
    )
