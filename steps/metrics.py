"""The list of metrics in Klaviyo, and the views of one metric."""

from pytest_bdd import parsers, then, when

from harness.ports import Pages
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from steps.context import ScenarioContext


@when("Kim clears the search")
@when("Kim opens the metrics")
def clear_search(context: ScenarioContext) -> None:
    context.search = ""


@when(parsers.parse('Kim searches the metrics for "{text}"'))
def search(context: ScenarioContext, text: str) -> None:
    context.search = text


@then(parsers.parse('a search for "{text}" among the metrics finds "{metric}"'))
def search_finds(observer: Observer, expect: Expect, text: str, metric: str) -> None:
    expect.soon(
        f"a search for {text!r} among Klaviyo's metrics finds {metric!r}",
        lambda: observer.klaviyo.search_metrics(text),
        lambda found: metric in found,
    )


@then(parsers.re(r'Kim finds exactly (?P<metrics>"[^"]+"(?:(?:, | and )"[^"]+")*)$'))
def finds_exactly(observer: Observer, expect: Expect, context: ScenarioContext, metrics: str) -> None:
    due = sorted(metrics.strip('"').replace('" and "', '", "').split('", "'))
    what = f"a search for {context.search!r} among Klaviyo's metrics finds exactly {', '.join(due)}"
    expect.soon(what, lambda: _found(observer, context), lambda found: found == due)
    observer.settle()
    expect.that(what, _found(observer, context) == due, seen=_found(observer, context))


@then("Kim can page through all of them")
def page_through(pages: Pages, observer: Observer, expect: Expect, context: ScenarioContext) -> None:
    due = sorted(observer.cheapest.search_metrics(context.search))
    expect.equal("the metrics on all pages together", seen=sorted(pages.page_through_metrics()), due=due)


@then("Kim can choose how many rows a page has")
def choose_rows(pages: Pages, expect: Expect) -> None:
    choices = pages.rows_per_page()
    expect.that("there are several numbers of rows to choose from", len(choices) > 1, seen=choices)


@when(parsers.parse('Kim opens the metric "{metric}"'))
def open_metric(pages: Pages, context: ScenarioContext, metric: str) -> None:
    context.views = pages.views_of(metric)


@then(parsers.re(r"Kim sees the views (?P<captions>.+)"))
def sees_views(expect: Expect, context: ScenarioContext, captions: str) -> None:
    due = captions.replace(" and ", ", ").replace('"', "").split(", ")
    expect.equal("the views of the metric", seen=context.views, due=due)


@then("Kim can go back to the metrics")
def goes_back(pages: Pages, observer: Observer, expect: Expect) -> None:
    due = sorted(observer.cheapest.search_metrics(""))
    expect.equal("the metrics after going back", seen=sorted(pages.back_to_metrics()), due=due)


def _found(observer: Observer, context: ScenarioContext) -> list[str]:
    return sorted(observer.klaviyo.search_metrics(context.search))
