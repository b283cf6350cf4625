"""What Klaviyo shows: events of a metric, marks on profiles, the feed."""

from collections.abc import Sequence

from pytest_bdd import given, parsers, then, when

from harness.ports import Pages, Setup
from harness.values import FeedRow
from harness.worlds.expect import Expect
from harness.worlds.observer import CLOSED, MAIL_DOMAIN, STARTED, Observer
from steps.context import REFUSED, ScenarioContext, began
from steps.context import closed as closed_at

COUNTS = {"one": 1, "two": 2}
MARK = "In Gladly Conversation"
KLAVIYOS_OWN = {"created", "updated", "last_event_date"}
METRICS = (STARTED, CLOSED)
MOST_TRIES = 5


@given(parsers.re(r'another system has sent the metric "(?P<metric>[^"]+)"$'))
def foreign_metric(setup: Setup, metric: str) -> None:
    setup.send_foreign_event(metric, {}, f"shopper@{MAIL_DOMAIN}")


@given(
    parsers.parse('another system has sent the metric "{metric}" with "{name}" set to "{one}" and to "{two}"')
)
def foreign_metric_with_property(setup: Setup, metric: str, name: str, one: str, two: str) -> None:
    for value in (one, two):
        setup.send_foreign_event(metric, {name: value}, f"{value.lower()}@{MAIL_DOMAIN}")


@given(parsers.parse("another system has sent {count:d} metrics"))
def many_foreign_metrics(setup: Setup, count: int) -> None:
    for number in range(count):
        setup.send_foreign_event(f"Metric {number:02}", {}, f"shopper@{MAIL_DOMAIN}")


@then(
    parsers.parse(
        'Klaviyo shows {count} "{metric}" for the customer, at the time the conversation {happening}'
    )
)
def shows_at_time(
    observer: Observer, expect: Expect, context: ScenarioContext, count: str, metric: str, happening: str
) -> None:
    conversation = observer.gladly.conversation(context.conversation)
    due = began(conversation) if happening == "began" else closed_at(conversation)
    rows = _exactly(observer, expect, metric, context.email(), COUNTS[count])
    at_another_time = [row for row in rows if not observer.is_same_moment(row.at, due)]
    expect.that(f"Klaviyo shows {metric!r} at {due:%H:%M:%S}", not at_another_time, seen=at_another_time)


@then(parsers.re(r'Klaviyo (still )?shows (?P<count>one|two) "(?P<metric>[^"]+)" for the customer$'))
def shows(observer: Observer, expect: Expect, context: ScenarioContext, count: str, metric: str) -> None:
    _exactly(observer, expect, metric, context.email(), COUNTS[count])


@then(
    parsers.parse('Kim finds "{metric}", with one event of the customer at the time the conversation began')
)
def finds_with_event(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    expect.soon(f"Kim finds {metric!r}", observer.metrics.shown, lambda found: metric in found)
    shows_at_time(observer, expect, context, "one", metric, "began")


@then(
    parsers.parse(
        'Klaviyo shows two "{closed}" and still one "{started}" for the customer,'
        " marked as not in a Gladly conversation"
    )
)
def shows_both(
    observer: Observer, expect: Expect, context: ScenarioContext, closed: str, started: str
) -> None:
    for metric, count in ((closed, 2), (started, 1)):
        _exactly(observer, expect, metric, context.email(), count)
    _marked(observer, expect, context.email(), due=False)


@then(parsers.parse('Klaviyo shows one "{metric}" for each of the addresses'))
def shows_for_each(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    _exactly_each(observer, expect, metric, context.emails(), 1)


@then(parsers.parse('Klaviyo shows one "{metric}" for each of the other addresses'))
def shows_for_each_other(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    _exactly_each(observer, expect, metric, [one for one in context.emails() if one != REFUSED], 1)


@then(parsers.parse('Klaviyo shows one "{metric}" for the other customer'))
def shows_for_the_other(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    _exactly(observer, expect, metric, context.the_other_customer().emails[0], 1)


@then("the app has not sent the refused event again and again")
def not_again_and_again(observer: Observer, expect: Expect) -> None:
    observer.settle()
    tried = observer.traffic.rejections()
    expect.that(
        f"what Klaviyo will never take is sent {MOST_TRIES} x at the most",
        len(tried) <= MOST_TRIES,
        seen=tried,
    )


@then("the app goes on after the refused event")
def goes_on_after(observer: Observer, expect: Expect) -> None:
    expect.soon("Klaviyo refuses the event", observer.traffic.rejections)
    observer.settle()


@then("the app's output names the event that was refused")
def output_names_it(observer: Observer, expect: Expect) -> None:
    expect.soon("Klaviyo refuses the event", observer.traffic.rejections)
    [event] = [one["id"] for one in observer.ledger.said("CONVERSATION/CREATED")]
    expect.soon(f"the app's output names the event {event}", lambda: event in observer.app.output())


@then(parsers.parse('Klaviyo shows no "{metric}" for the customer'))
@then(parsers.parse('the feed of "{metric}" does not show the customer'))
def shows_none(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    observer.settle()
    rows = _rows(observer, metric, context.email())
    expect.that(f"Klaviyo shows no {metric!r} for {context.email()}", not rows, seen=rows)


@then(parsers.parse('Klaviyo shows no "{metric}" for anyone'))
def shows_none_at_all(observer: Observer, expect: Expect, metric: str) -> None:
    observer.settle()
    profiles = {row.profile for row in observer.klaviyo.feed(metric)} - observer.bystanders
    expect.that(f"Klaviyo shows no {metric!r} for anyone", not profiles, seen=profiles)


@then("Klaviyo marks the customer as in a Gladly conversation")
def marked_in(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    _marked(observer, expect, context.email(), due=True)


@then("Klaviyo marks the customer as not in a Gladly conversation")
def marked_out(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    _marked(observer, expect, context.email(), due=False)


@then("Klaviyo marks the other customer as in a Gladly conversation")
def other_marked_in(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    _marked(observer, expect, context.the_other_customer().emails[0], due=True)


@then("Klaviyo marks each of the addresses as in a Gladly conversation")
def each_marked_in(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    for email in context.emails():
        _marked(observer, expect, email, due=True)


@then(parsers.parse('the newest row of the feed of "{metric}" names the customer\'s address'))
def newest_names_customer(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    context.rows = _newest_names(observer, expect, metric, context.email())


@then(parsers.parse('the newest row of the feed of "{metric}" names the other customer\'s address'))
def newest_names_other(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    context.rows = _newest_names(observer, expect, metric, context.the_other_customer().emails[0])


@then(parsers.parse('the row says "{text}"'))
def row_says(expect: Expect, context: ScenarioContext, text: str) -> None:
    expect.equal("what the row says", seen=context.rows[0].text, due=text)


@then("the row has the time at which the conversation began")
def row_has_time(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    due = began(observer.gladly.conversation(context.conversation))
    is_due = observer.is_same_moment(context.rows[0].at, due)
    expect.that(f"the row has the time {due:%H:%M:%S}", is_due, seen=context.rows[0])


@then(parsers.parse('the feed of "{metric}" shows the customer'))
def feed_shows(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    _at_least(observer, expect, metric, context.email(), 1)


@then(parsers.parse('the feed of "{metric}" up to the first conversation shows only the customer'))
def feed_until(observer: Observer, expect: Expect, context: ScenarioContext, metric: str) -> None:
    _newest_names(observer, expect, metric, context.the_other_customer().emails[0])
    until = began(observer.gladly.conversation(context.first_conversation)) + observer.tolerance
    seen = [row.profile for row in observer.klaviyo.feed(metric, until=until)]
    expect.equal(f"whom the feed of {metric!r} shows", seen=seen, due=[context.email()])


@given(parsers.parse('Kim has narrowed the feed of "{metric}" to "{name}" = "{value}"'))
@when(parsers.parse('Kim narrows the feed of "{metric}" to "{name}" = "{value}"'))
def narrow_feed(pages: Pages, metric: str, name: str, value: str) -> None:
    pages.narrow_feed(metric, name, value)


@when("Kim clears the filters of the feed")
def clear_filters(pages: Pages) -> None:
    pages.clear_feed_filters()


@then(parsers.re(r'every row of the feed has "(?P<name>[^"]+)" set to "(?P<value>[^"]+)"$'))
def every_row_has(observer: Observer, expect: Expect, name: str, value: str) -> None:
    _feed_has(observer, expect, name, [value])


@then(parsers.parse('the feed has a row with "{name}" set to "{one}" and one with "{other}"'))
def feed_has_both(observer: Observer, expect: Expect, name: str, one: str, other: str) -> None:
    _feed_has(observer, expect, name, [one, other])


@then("Klaviyo knows the customer by the e-mail address alone")
def known_by_address_alone(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    profile = observer.klaviyo.profile(context.email()) or {}
    told = {name for name, value in profile.items() if _says_something(value)} - KLAVIYOS_OWN
    expect.equal("what Klaviyo knows of the customer", seen=told, due={"email", "properties"})
    expect.equal("the customer's properties", seen=set(profile["properties"]), due={MARK})


@then("the events say nothing about the customer or the conversation")
def events_say_nothing(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    rows = [row for metric in METRICS for row in _rows(observer, metric, context.email(), opened=True)]
    told = {name for row in rows for name in row.properties} - {"$event_id"}
    expect.equal("what the events say beside their time", seen=told, due=set())


@then("Klaviyo has got no other metric and no other profile")
def nothing_else(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    metrics = set(observer.klaviyo.search_metrics("")) - set(METRICS)
    expect.equal("metrics beside the app's two", seen=metrics, due=set())
    profiles = set(observer.klaviyo.everybody()) - observer.bystanders
    expect.equal("the profiles in Klaviyo", seen=profiles, due={context.email()})


def _feed_has(observer: Observer, expect: Expect, name: str, due: list[str]) -> None:
    expect.soon(
        f"the rows of the feed have {name!r} set to {' and '.join(due)}",
        lambda: sorted(str(row.properties.get(name)) for row in observer.pages.feed_rows()),
        lambda seen: seen == sorted(due),
    )


def _rows(observer: Observer, metric: str, email: str, *, opened: bool = False) -> list[FeedRow]:
    rows = observer.klaviyo.feed(metric, opened=opened)
    return [row for row in rows if row.profile.lower() == email.strip().lower()]


def _at_least(observer: Observer, expect: Expect, metric: str, email: str, count: int) -> None:
    expect.soon(
        f"Klaviyo shows {count} x {metric!r} for {email.strip()}",
        lambda: _rows(observer, metric, email),
        lambda rows: len(rows) >= count,
    )


def _exactly(observer: Observer, expect: Expect, metric: str, email: str, count: int) -> list[FeedRow]:
    """Wait for ``count`` rows, then until all has settled, and make sure that there are no more."""
    return _exactly_each(observer, expect, metric, (email,), count)


def _exactly_each(
    observer: Observer, expect: Expect, metric: str, emails: Sequence[str], count: int
) -> list[FeedRow]:
    """As ``_exactly``, for several addresses that need to settle only once; return the rows of all."""
    for email in emails:
        _at_least(observer, expect, metric, email, count)
    observer.settle()
    found = {email: _rows(observer, metric, email) for email in emails}
    for email, rows in found.items():
        what = f"Klaviyo shows {count} x {metric!r} for {email.strip()}, and no more"
        expect.that(what, len(rows) == count, seen=rows)
    return [row for rows in found.values() for row in rows]


def _newest_names(observer: Observer, expect: Expect, metric: str, email: str) -> list[FeedRow]:
    return expect.soon(
        f"the newest row of the feed of {metric!r} names {email}",
        lambda: observer.klaviyo.feed(metric),
        lambda rows: rows and rows[0].profile == email.lower(),
    )


def _marked(observer: Observer, expect: Expect, email: str, *, due: bool) -> None:
    expect.soon(
        f"the profile of {email} has the property {MARK!r}: {'true' if due else 'false'}",
        lambda: (observer.klaviyo.profile(email) or {}).get("properties"),
        lambda properties: properties is not None and properties.get(MARK) is due,
    )


def _says_something(value: object) -> bool:
    return any(one is not None for one in value.values()) if isinstance(value, dict) else bool(value)
