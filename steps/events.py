"""What Klaviyo shows: events of a metric, marks on profiles, the feed."""

from pytest_bdd import given, parsers, then, when

from harness.actors.ports import FeedRow, KlaviyoAdmin
from harness.worlds.world import World
from steps.scene import MAIL_DOMAIN, Scene, began, closed

COUNTS = {"one": 1, "two": 2}
MARK = "In Gladly Conversation"
KLAVIYOS_OWN = {"created", "updated", "last_event_date"}
WITNESSED = "Seen by Kim"
METRICS = ("started conversation in Gladly", "closed conversation in Gladly")


@given(parsers.re(r'another system has sent the metric "(?P<metric>[^"]+)"$'))
def foreign_metric(world: World, metric: str) -> None:
    world.stage.send_foreign_event(metric, {}, f"shopper@{MAIL_DOMAIN}")
    world.wait.until(lambda: metric in world.kim.search_metrics(""), f"the metric {metric!r} exists")


@given(
    parsers.parse('another system has sent the metric "{metric}" with "{name}" set to "{one}" and to "{two}"')
)
def foreign_metric_with_property(world: World, metric: str, name: str, one: str, two: str) -> None:
    for value in (one, two):
        world.stage.send_foreign_event(metric, {name: value}, f"{value.lower()}@{MAIL_DOMAIN}")


@given(parsers.parse("another system has sent {count:d} metrics"))
def many_foreign_metrics(world: World, count: int) -> None:
    for number in range(count):
        world.stage.send_foreign_event(f"Metric {number:02}", {}, f"shopper@{MAIL_DOMAIN}")


@then(
    parsers.parse(
        'Klaviyo shows {count} "{metric}" for the customer, at the time the conversation {happening}'
    )
)
def shows_at_time(world: World, scene: Scene, count: str, metric: str, happening: str) -> None:
    conversation = world.sam.conversation(scene.conversation)
    due = began(conversation) if happening == "began" else closed(conversation)
    rows = _shown(world, scene, metric, scene.email(), COUNTS[count])
    assert [row for row in rows if abs(row.at - due) > world.time_tolerance] == []


@then(parsers.re(r'Klaviyo (still )?shows (?P<count>one|two) "(?P<metric>[^"]+)" for the customer$'))
def shows(world: World, scene: Scene, count: str, metric: str) -> None:
    _shown(world, scene, metric, scene.email(), COUNTS[count])


@then(parsers.parse('Klaviyo shows one "{metric}" for each of the addresses'))
def shows_for_each(world: World, scene: Scene, metric: str) -> None:
    for email in scene.emails():
        _shown(world, scene, metric, email, 1)


@then(parsers.parse('Klaviyo shows no "{metric}" for the customer'))
def shows_none(world: World, scene: Scene, metric: str) -> None:
    settle(world, scene)
    assert _rows(world, metric, scene.email()) == []


@then(parsers.parse('Klaviyo shows no "{metric}" for anyone'))
def shows_none_at_all(world: World, scene: Scene, metric: str) -> None:
    settle(world, scene)
    assert {row.profile for row in world.kim.feed(metric)} <= scene.bystanders


@then("a conversation with a customer is reported to Klaviyo as started")
def is_reported(world: World, scene: Scene) -> None:
    scene.customer = world.sam.add_customer(name=scene.people.name(), emails=[scene.address()])
    world.sam.open_conversation(scene.customer)
    _shown(world, scene, "started conversation in Gladly", scene.email(), 1)


@then("Klaviyo marks the customer as in a Gladly conversation")
def marked_in(world: World, scene: Scene) -> None:
    _marked(world, scene.email(), expected=True)


@then("Klaviyo marks the customer as not in a Gladly conversation")
def marked_out(world: World, scene: Scene) -> None:
    _marked(world, scene.email(), expected=False)


@then("Klaviyo marks the other customer as in a Gladly conversation")
def other_marked_in(world: World, scene: Scene) -> None:
    assert scene.other is not None
    _marked(world, scene.other.emails[0], expected=True)


@then("Klaviyo marks each of the addresses as in a Gladly conversation")
def each_marked_in(world: World, scene: Scene) -> None:
    for email in scene.emails():
        _marked(world, email, expected=True)


@then(parsers.parse('the newest row of the feed of "{metric}" names the customer\'s address'))
def newest_names_customer(world: World, scene: Scene, metric: str) -> None:
    scene.rows = _wait_for_newest(world, metric, scene.email())


@then(parsers.parse('the newest row of the feed of "{metric}" names the other customer\'s address'))
def newest_names_other(world: World, scene: Scene, metric: str) -> None:
    assert scene.other is not None
    scene.rows = _wait_for_newest(world, metric, scene.other.emails[0])


@then(parsers.parse('the row says "{text}"'))
def row_says(scene: Scene, text: str) -> None:
    assert scene.rows[0].text == text


@then("the row has the time at which the conversation began")
def row_has_time(world: World, scene: Scene) -> None:
    due = began(world.sam.conversation(scene.conversation))
    assert abs(scene.rows[0].at - due) <= world.time_tolerance


@then(parsers.parse('the feed of "{metric}" shows the customer'))
def feed_shows(world: World, scene: Scene, metric: str) -> None:
    _wait_for(world, metric, scene.email())


@then(parsers.parse('the feed of "{metric}" does not show the customer'))
def feed_does_not_show(world: World, scene: Scene, metric: str) -> None:
    settle(world, scene)
    assert _rows(world, metric, scene.email()) == []


@then(parsers.parse('the feed of "{metric}" up to the first conversation shows only the customer'))
def feed_until(world: World, scene: Scene, metric: str) -> None:
    assert scene.other is not None
    _wait_for_newest(world, metric, scene.other.emails[0])
    until = began(world.sam.conversation(scene.first_conversation)) + world.time_tolerance
    assert [row.profile for row in world.kim.feed(metric, until=until)] == [scene.email()]


@when(parsers.parse('Kim narrows the feed of "{metric}" to "{name}" = "{value}"'))
def narrow_feed(world: World, scene: Scene, metric: str, name: str, value: str) -> None:
    scene.rows = world.pages.feed_with(metric, name, value)


@then("clearing the filters shows every row again")
def clear_filters(world: World, scene: Scene) -> None:
    assert len(world.pages.clear_feed_filters()) > len(scene.rows)


@then(parsers.parse('every row of the feed has "{name}" set to "{value}"'))
def every_row_has(scene: Scene, name: str, value: str) -> None:
    assert {row.properties[name] for row in scene.rows} == {value}


@then("Klaviyo knows the customer by the e-mail address alone")
def known_by_address_alone(world: World, scene: Scene) -> None:
    profile = world.kim.profile(scene.email())
    assert profile is not None
    told = {name for name, value in profile.items() if _says_something(value) and name not in KLAVIYOS_OWN}
    assert told == {"email", "properties"}
    assert set(profile["properties"]) == {MARK}


@then("the events say nothing about the customer or the conversation")
def events_say_nothing(world: World, scene: Scene) -> None:
    rows = [row for metric in METRICS for row in _rows(world, metric, scene.email(), opened=True)]
    assert {name for row in rows for name in row.properties} <= {"$event_id"}


@then("Klaviyo has got no other metric and no other profile")
def nothing_else(world: World, scene: Scene) -> None:
    assert set(world.kim.search_metrics("")) <= set(METRICS)
    assert set(world.kim.everybody()) - scene.bystanders == {scene.email()}


def settle(world: World, scene: Scene) -> None:
    """Wait until nothing more can come of what was done: trouble is overcome, a later conversation is reported, all is quiet.

    The later conversation, of a bystander, is what makes "nothing came" more than "nothing came yet"; that it is seen the
    way Kim looks shows that something would be seen. Where the app cannot be expected to report anything, another
    system's event shows that.
    """
    world.wait.until(world.stage.faults_overcome, "the app has called Klaviyo again after the trouble")
    if world.stage.is_reporting():
        bystander = world.staff.add_customer(name=scene.people.name(), emails=[scene.address()])
        scene.bystanders.add(bystander.emails[0].lower())
        world.staff.open_conversation(bystander)
        email = bystander.emails[0].lower()
        world.wait.until(lambda: email in _profiles(world.reader), "the bystander's conversation is reported")
        world.wait.until(lambda: email in _profiles(world.kim), "Kim sees the bystander's conversation")
    else:
        world.stage.send_foreign_event(WITNESSED, {}, f"shopper@{MAIL_DOMAIN}")
        world.wait.until(
            lambda: WITNESSED in world.kim.search_metrics(""), "Kim sees what another system sends"
        )
    world.wait.until_quiet()


def _profiles(observer: KlaviyoAdmin) -> set[str]:
    return {row.profile for row in observer.feed(METRICS[0])}


def _wait_for(world: World, metric: str, email: str) -> None:
    world.wait.until(lambda: _rows(world, metric, email), f"{metric!r} for {email}")


def _rows(world: World, metric: str, email: str, *, opened: bool = False) -> list[FeedRow]:
    rows = world.kim.feed(metric, opened=opened)
    return [row for row in rows if row.profile.lower() == email.strip().lower()]


def _shown(world: World, scene: Scene, metric: str, email: str, count: int) -> list[FeedRow]:
    """Wait for ``count`` rows, then until all has settled, and make sure that there are no more."""
    world.wait.until(lambda: len(_rows(world, metric, email)) >= count, f"{count} x {metric!r} for {email}")
    settle(world, scene)
    rows = _rows(world, metric, email)
    assert len(rows) == count, f"{len(rows)} x {metric!r} for {email}, at {[str(row.at) for row in rows]}"
    return rows


def _says_something(value: object) -> bool:
    return any(one is not None for one in value.values()) if isinstance(value, dict) else bool(value)


def _wait_for_newest(world: World, metric: str, email: str) -> list[FeedRow]:
    def newest_is_due() -> list[FeedRow]:
        rows = world.kim.feed(metric)
        return rows if rows and rows[0].profile == email.lower() else []

    return world.wait.until(newest_is_due, f"the newest row of {metric!r} names {email}")


def _marked(world: World, email: str, *, expected: bool) -> None:
    def mark_is_due() -> bool:
        profile = world.kim.profile(email)
        return profile is not None and profile["properties"].get(MARK) is expected

    world.wait.until(mark_is_due, f"{MARK} is {expected} for {email}")
