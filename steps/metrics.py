"""The list of metrics in Klaviyo, and the views of one metric."""

from pytest_bdd import parsers, then, when

from harness.worlds.world import World
from steps.events import settle
from steps.scene import Scene


@when("Kim clears the search")
@when("Kim opens the metrics")
def clear_search(scene: Scene) -> None:
    scene.search = ""


@when(parsers.parse('Kim searches the metrics for "{text}"'))
def search(scene: Scene, text: str) -> None:
    scene.search = text


@then(parsers.parse('a search for "{text}" among the metrics finds "{metric}"'))
def search_finds(world: World, text: str, metric: str) -> None:
    world.wait.until(
        lambda: metric in world.kim.search_metrics(text), f"a search for {text!r} finds {metric!r}"
    )


@then(parsers.re(r'Kim finds exactly (?P<metrics>"[^"]+"(?:(?:, | and )"[^"]+")*)$'))
def finds_exactly(world: World, scene: Scene, metrics: str) -> None:
    expected = sorted(metrics.strip('"').replace('" and "', '", "').split('", "'))
    world.wait.until(
        lambda: sorted(world.kim.search_metrics(scene.search)) == expected, f"Kim finds {expected}"
    )
    settle(world, scene)
    assert sorted(world.kim.search_metrics(scene.search)) == expected


@then("Kim can page through all of them")
def page_through(world: World, scene: Scene) -> None:
    assert sorted(world.pages.page_through_metrics()) == sorted(world.reader.search_metrics(scene.search))


@then("Kim can choose how many rows a page has")
def choose_rows(world: World) -> None:
    assert len(world.pages.rows_per_page()) > 1


@when(parsers.parse('Kim opens the metric "{metric}"'))
def open_metric(world: World, scene: Scene, metric: str) -> None:
    scene.views = world.pages.views_of(metric)


@then(parsers.re(r"Kim sees the views (?P<captions>.+)"))
def sees_views(scene: Scene, captions: str) -> None:
    assert scene.views == captions.replace(" and ", ", ").replace('"', "").split(", ")


@then("Kim can go back to the metrics")
def goes_back(world: World) -> None:
    assert sorted(world.pages.back_to_metrics()) == sorted(world.reader.search_metrics(""))
