"""A broken integration, or a fake that lies, turns the scenario red that names what was broken."""

from typing import NamedTuple

import pytest

from harness.worlds.registry import why_no_browser
from tests.meta.fake_mutants import STEP_MUTANTS
from tests.meta.forked import SHORT_DEADLINE, ForkedFeatures
from tests.meta.page_mutants import MUTANTS


class Red(NamedTuple):
    """The test of the scenario that goes red, and words of the step at which it does or of the reason given."""

    scenario: str
    words: str


STARTED, CLOSED = '"started conversation in Gladly"', '"closed conversation in Gladly"'
RED = {
    "send_on_reopen": Red("test_an_agent_reopens_the_conversation", f"still shows one {STARTED}"),
    "skip_the_second_address": Red("test_a_customer_with_several_addresses", "each of the addresses"),
    "believe_a_broken_gladly": Red("test_gladly_is_in_trouble", f"shows one {STARTED}"),
    "count_every_spelling": Red("test_the_same_address_in_another_spelling", f"shows one {STARTED}"),
    "wrong_metric_name": Red("test_both_metrics_are_found", f"finds exactly {CLOSED} and {STARTED}"),
    "drop_on_refusal": Red("test_the_right_key_after_a_wrong_one", f"shows one {STARTED}"),
    "park_on_any_403": Red("test_klaviyo_is_not_reached", f"shows one {STARTED}"),
    "drop_when_the_legacy_api_is_gone": Red(
        "test_the_legacy_api_is_retired_before_the_upgrade", f"shows one {STARTED}"
    ),
    "stamp_with_the_time_of_sending": Red("test_klaviyo_asks_to_wait", "at the time the conversation began"),
    "no_memory_for_webhooks": Red("test_gladly_says_it_twice", f"shows one {STARTED}"),
    "outbox_in_memory": Red(
        "test_the_app_crashes_before_it_could_tell_klaviyo", "at the time the conversation began"
    ),
    "give_up_on_trouble": Red("test_klaviyo_is_in_trouble", f"shows one {STARTED}"),
    "hurry_when_asked_to_wait": Red("test_klaviyo_asks_to_wait", "waited as long as it was asked to"),
    "ignore_closings": Red("test_an_agent_closes_a_conversation", f"shows one {CLOSED}"),
    "mark_always_true": Red("test_an_agent_closes_a_conversation", "as not in a Gladly conversation"),
    "mark_as_text": Red("test_an_agent_opens_a_conversation", "as in a Gladly conversation"),
    "tell_more_than_needed": Red(
        "test_a_customer_with_a_name_a_phone_and_an_address", "the events say nothing"
    ),
    "let_strangers_in": Red("test_a_stranger_reports_a_conversation", "turns the stranger away"),
    "swallow_nonsense": Red("test_nonsense_in_gladlys_name", "no event of Gladly"),
    "refuse_useless_events": Red("test_gladly_says_things_of_no_use_to_the_app", "accepted by the app"),
    "stay_with_the_legacy_api": Red("test_a_conversation_after_the_upgrade", "used the new API"),
    "log_the_key": Red("test_a_conversation_is_reported", "has printed KLAVIYO_PRIVATE_KEY"),
    "call_an_unknown_route": Red("test_an_agent_opens_a_conversation", "nearest known route"),
    "send_what_nobody_reads": Red("test_an_agent_opens_a_conversation", "not read by the fake"),
    "send_each_event_twice": Red("test_an_agent_opens_a_conversation", f"shows one {STARTED}"),
    "send_nothing": Red("test_the_whole_runbook", f"finds {STARTED}"),
    "fake_ignores_scopes": Red("test_a_key_with_the_wrong_access", "refuses the app's key"),
    "fake_lets_readers_of_flows_write_them": Red("test_both_levels_for_each_other_scope", 'may read "Flows"'),
    "fake_refuses_writers_of_tags": Red("test_both_levels_for_each_other_scope", 'read and write "Tags"'),
    "fake_hides_one_character": Red("test_a_custom_key_in_the_list", "its last four characters"),
    "call_by_a_made_up_key": Red("test_a_key_with_the_wrong_access", "refuses the app's key"),
    "fake_keeps_deleted_keys_alive": Red("test_the_key_is_deleted_in_klaviyo", "refuses the app's key"),
    "fake_shows_whole_keys": Red("test_a_custom_key_in_the_list", "its last four characters"),
    "fake_asks_for_no_role": Red("test_any_other_role_is_turned_away", "Kim is refused"),
    "fake_switches_nothing": Red("test_the_app_is_switched_off", "is switched off"),
    "tell_the_name_by_the_legacy_api": Red(
        "test_a_customer_with_a_name_a_phone_and_an_address_before_the_upgrade", "by the e-mail address alone"
    ),
    "print_the_token": Red(
        "test_an_agent_opens_a_conversation", "has printed GLADLY_USERNAME:GLADLY_API_TOKEN"
    ),
    "lose_the_outbox_on_save": Red("test_saving_the_app_loses_nothing", f"shows one {STARTED}"),
    "report_a_second_metric": Red("test_a_customer_with_a_name_a_phone_and_an_address", "no other metric"),
    "fake_breaks_inside": Red("test_an_agent_opens_a_conversation", "ZeroDivisionError"),
    "fake_never_throttles": Red("test_klaviyo_asks_to_wait", "waited as long as it was asked to"),
}
RED_PAGES = {
    "page_masks_the_new_key": Red("test_the_new_key_can_be_copied", "the whole key to copy"),
    "page_passes_over_the_filter": Red(
        "test_only_events_with_a_property_of_a_certain_value", "every row of the feed"
    ),
    "page_loses_all_but_the_first": Red(
        "test_paging_through_the_metrics", "all metrics are found on the pages"
    ),
    "page_clears_nothing": Red("test_a_cleared_search_finds_every_metric", "finds exactly"),
    "page_has_rows_of_its_own_choice": Red("test_paging_through_the_metrics", "chooses 10 rows a page"),
    "page_of_best_people_is_empty": Red(
        "test_each_view_shows_the_conversation_in_its_own_way", "the best people show the customer alone"
    ),
    "page_keeps_the_filter": Red("test_every_event_again", "the feed has a row"),
    "page_creates_on_opening": Red("test_cancel_makes_no_key", "no key is listed"),
    "page_switches_nothing": Red("test_the_app_is_switched_off", "switches the Klaviyo App off"),
    "page_is_another": Red("test_cancel_makes_no_key", "not there: "),
    "page_finds_no_metric": Red("test_a_key_with_the_wrong_access", f"shows no {STARTED}"),
}
needs_browser = pytest.mark.skipif(bool(why_no_browser()), reason="no browser on this machine")


def check_that_it_turns_red(features: ForkedFeatures, mutant: str, red: Red, world: str = "memory") -> None:
    """Fail unless the scenario runs, and ends red at the step or for the reason that ``red`` names."""
    run = features.run(red.scenario, mutant=mutant, world=world, deadline=SHORT_DEADLINE)
    failed = [record for record in run.records if record.outcome == "failed"]
    assert failed, f"{mutant} turns nothing red: {run.outcomes}"
    for record in failed:
        steps = [f"{step.keyword} {step.text}" for step in record.steps if step.outcome == "failed"]
        assert red.words in "\n".join([*steps, record.reason]), f"red elsewhere: {steps}\n{run.text}"


def test_every_mutant_has_its_scenario() -> None:
    """Every broken rule names the scenario that must go red."""
    named = {*RED, *RED_PAGES, *STEP_MUTANTS, "change_nothing", "harness_breaks_inside"}
    assert named == set(MUTANTS)


def test_a_mutant_that_changes_nothing_is_found_out(features: ForkedFeatures) -> None:
    """Where no rule is broken, no scenario goes red, and that is a failure."""
    with pytest.raises(AssertionError, match="change_nothing turns nothing red"):
        check_that_it_turns_red(features, "change_nothing", RED["send_nothing"])


@pytest.mark.parametrize("mutant", sorted(RED))
def test_a_broken_rule_turns_its_scenario_red(features: ForkedFeatures, mutant: str) -> None:
    """With the rule broken, the scenario that names it fails where it names it."""
    check_that_it_turns_red(features, mutant, RED[mutant])


@needs_browser
@pytest.mark.parametrize("mutant", sorted(RED_PAGES))
def test_a_broken_page_turns_its_scenario_red(features: ForkedFeatures, mutant: str) -> None:
    """With a page broken, the scenario that names it fails in the browser world, where it names it."""
    check_that_it_turns_red(features, mutant, RED_PAGES[mutant], "browser")


@needs_browser
def test_unbroken_the_same_pages_are_green(features: ForkedFeatures) -> None:
    """Without a mutant the scenarios of the pages pass in the browser world, so that red means what it says."""
    run = features.run(*{red.scenario for red in RED_PAGES.values()}, first_row=True, world="browser")
    assert set(run.outcomes) == {"passed"}, run.text


def test_unbroken_the_same_scenarios_are_green(features: ForkedFeatures) -> None:
    """Without a mutant all the named scenarios pass, so that red means what it says."""
    run = features.run(*{red.scenario for red in RED.values()})
    assert set(run.outcomes) == {"passed"}, run.text


def test_an_error_inside_a_fake_fails_the_scenario_that_caused_it(features: ForkedFeatures) -> None:
    """An exception on a fake's thread surfaces in the scenario, with its name."""
    opening = "test_an_agent_opens_a_conversation"
    run = features.run(opening, mutant="fake_breaks_inside", world="http", deadline=SHORT_DEADLINE)
    assert run.outcomes == ["failed"]
    assert "POST /api/events: ZeroDivisionError" in run.text


def test_the_traceback_is_one_stack(features: ForkedFeatures) -> None:
    """In the memory world an unknown call of the integration fails with step, actor, integration and fake in one stack."""
    run = features.run("test_an_agent_opens_a_conversation", mutant="call_an_unknown_route")
    places = [
        "steps/conversations.py",
        "harness/actors/api/gladly.py",
        "integration/dispatcher.py",
        "fakes/core/",
    ]
    found = [run.text.rindex(place) for place in places]
    assert found == sorted(found), run.text
    assert "nearest known route: POST /api/events" in run.text


def test_the_step_that_went_wrong_behind_its_back_is_the_failed_one(features: ForkedFeatures) -> None:
    """A complaint after a step fails that step in the record, not the one after it."""
    [record] = features.run("test_an_agent_opens_a_conversation", mutant="print_the_token").records
    steps = [step.outcome for step in record.steps]
    assert steps.count("failed") == 1
    assert steps[: steps.index("failed")] == ["passed"] * steps.index("failed")


def test_a_failure_is_told_in_the_words_of_the_features(features: ForkedFeatures) -> None:
    """It names the scenario, the clause, each step, what was expected and seen, what comes near, and how to run it again."""
    run = features.run("test_an_agent_opens_a_conversation", mutant="wrong_metric_name")
    lines = run.text.splitlines()
    assert lines[0].startswith("An agent opens a conversation, in the memory world (features/testing/")
    assert any(line.startswith("  TST-") for line in lines)
    assert "  ok   When Sam opens a conversation with a customer" in lines
    assert any(line.startswith("  FAIL Then Klaviyo shows one") for line in lines)
    assert "the same but for capital letters" in run.text
    assert "the step is defined in steps/events.py:" in run.text
    assert "test_an_agent_opens_a_conversation[memory]' --world memory" in lines[-1]
    assert not {"Traceback", "self", "lambda"} & set(run.text.replace("(", " ").split())


def test_a_defect_of_the_harness_shows_where_it_is(features: ForkedFeatures) -> None:
    """What is no verdict on the integration is shown with its traceback."""
    run = features.run("test_an_agent_opens_a_conversation", mutant="harness_breaks_inside")
    assert "ZeroDivisionError" in run.text
    assert "ApiAgent" in run.text or "in open_conversation" in run.text
