"""The list of metrics in Klaviyo, and the views of one metric."""

import re
from collections.abc import Callable

from pytest_bdd import given, parsers, then, when

from harness.ports import MetricsList, Pages
from harness.values import MetricView
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from steps.context import ScenarioContext

ONE = 1


@when("Kim opens the metrics")
def open_metrics(metrics_list: MetricsList) -> None:
    metrics_list.open()


@given(parsers.parse('Kim has searched the metrics for "{text}"'))
@when(parsers.parse('Kim searches the metrics for "{text}"'))
def search(metrics_list: MetricsList, text: str) -> None:
    metrics_list.search_for(text)


@when("Kim clears the search")
def clear_search(metrics_list: MetricsList) -> None:
    metrics_list.clear()


@then(parsers.re(r'Kim finds exactly (?P<metrics>"[^"]+"(?:(?:, | and )"[^"]+")*)$'))
def finds_exactly(observer: Observer, expect: Expect, metrics: str) -> None:
    due = sorted(re.findall(r'"([^"]+)"', metrics))
    what = f"Kim finds exactly {', '.join(due)}"
    expect.soon(what, lambda: sorted(observer.metrics.shown()), lambda found: found == due)
    observer.settle()
    expect.equal("what Kim finds when nothing more can come", seen=sorted(observer.metrics.shown()), due=due)


@when(parsers.parse("Kim chooses {count:d} rows a page"))
def choose_rows(pages: Pages, count: int) -> None:
    pages.choose_rows(count)


@when("Kim pages through the metrics")
def page_through(pages: Pages) -> None:
    pages.page_through_metrics()


@then(parsers.parse("no page has more than {count:d} rows"))
def no_more_rows(observer: Observer, expect: Expect, count: int) -> None:
    sizes = [len(names) for names in observer.pages.metrics_by_page()]
    expect.that(f"there are pages, and none has more than {count} rows", 0 < max(sizes) <= count, seen=sizes)


@then("all metrics are found on the pages together")
def all_on_pages(observer: Observer, expect: Expect) -> None:
    found = sorted(name for names in observer.pages.metrics_by_page() for name in names)
    due = sorted(observer.cheapest.search_metrics(""))
    expect.equal("the metrics on all pages together", seen=found, due=due)


@when(parsers.parse('Kim opens the metric "{metric}"'))
def open_metric(pages: Pages, metric: str) -> None:
    pages.open_metric(metric)


@then(parsers.re(r"Kim sees the views (?P<captions>.+)"))
def sees_views(observer: Observer, expect: Expect, captions: str) -> None:
    due = re.findall(r'"([^"]+)"', captions)
    expect.equal("the views of the metric", seen=observer.pages.captions(), due=due)


@when("Kim goes back to the metrics")
def go_back(pages: Pages) -> None:
    pages.back_to_metrics()


@then("Kim sees all metrics")
def sees_all(observer: Observer, expect: Expect) -> None:
    due = sorted(observer.cheapest.search_metrics(""))
    expect.equal("the metrics in the list", seen=sorted(observer.metrics.shown()), due=due)


@when(parsers.parse('Kim opens each view of the metric "{metric}"'))
def open_views(pages: Pages, metric: str) -> None:
    pages.open_views(metric)


@then("the chart and the activity map count one event each")
def count_one_event(observer: Observer, expect: Expect) -> None:
    for view in ("Chart", "Activity map"):
        _shows(observer, expect, view, "counts one event", lambda shown: shown.count == ONE)


@then("the cohorts count one person")
def count_one_person(observer: Observer, expect: Expect) -> None:
    _shows(observer, expect, "Cohorts", "counts one person", lambda shown: shown.count == ONE)


@then("the activity feed and the best people show the customer alone")
def show_customer(observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    due = (context.email(),)
    for view in ("Activity feed", "Best people"):
        _shows(observer, expect, view, f"shows {context.email()} alone", lambda shown: shown.people == due)


def _shows(
    observer: Observer, expect: Expect, view: str, what: str, is_enough: Callable[[MetricView], bool]
) -> None:
    expect.soon(f"the view {view} {what}", lambda: observer.pages.view(view), is_enough)
