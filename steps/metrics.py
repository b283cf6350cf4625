"""The list of metrics in Klaviyo, and the views of one metric."""

from pytest_bdd import parsers, then, when

from harness.worlds.world import World
from steps.scene import Scene


@when("Kim clears the search")
@when("Kim opens the metrics")
def clear_search(world: World, scene: Scene) -> None:
    world.wait.until_quiet()
    scene.metrics = world.kim.search_metrics("")


@when(parsers.parse('Kim searches the metrics for "{text}"'))
def search(world: World, scene: Scene, text: str) -> None:
    world.wait.until_quiet()
    scene.metrics = world.kim.search_metrics(text)


@then(parsers.parse('a search for "{text}" among the metrics finds "{metric}"'))
def search_finds(world: World, text: str, metric: str) -> None:
    world.wait.until(
        lambda: metric in world.kim.search_metrics(text), f"a search for {text!r} finds {metric!r}"
    )


@then(parsers.re(r'Kim finds exactly "(?P<one>[^"]+)" and "(?P<two>[^"]+)"'))
def finds_two(scene: Scene, one: str, two: str) -> None:
    assert sorted(scene.metrics) == sorted([one, two])


@then(parsers.re(r'Kim finds exactly "(?P<metric>[^"]+)"$'))
def finds_one(scene: Scene, metric: str) -> None:
    assert scene.metrics == [metric]


@then(parsers.parse('Kim also finds "{metric}"'))
def also_finds(scene: Scene, metric: str) -> None:
    assert metric in scene.metrics
    assert len(scene.metrics) > 1


@then("Kim can page through all of them")
def page_through(world: World, scene: Scene) -> None:
    assert sorted(world.pages.page_through_metrics()) == sorted(scene.metrics)


@when(parsers.parse('Kim opens the metric "{metric}"'))
def open_metric(world: World, scene: Scene, metric: str) -> None:
    scene.views = world.pages.views_of(metric)


@then(parsers.re(r"Kim sees the views (?P<captions>.+)"))
def sees_views(scene: Scene, captions: str) -> None:
    assert scene.views == captions.replace(" and ", ", ").replace('"', "").split(", ")


@then("Kim can go back to the metrics")
def goes_back(world: World) -> None:
    assert world.pages.back_to_metrics() == world.kim.search_metrics("")
