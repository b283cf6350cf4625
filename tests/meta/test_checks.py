"""Checks of the steps that no other broken rule needs: each is seen red here, where it stands and for what it says.

``test_mutants`` has a scenario for each broken rule; here is a broken rule for each check that the mutation tester found
to be left out with nothing going red.
"""

import pytest

from tests.meta.fake_mutants import STEP_MUTANTS
from tests.meta.forked import ForkedFeatures
from tests.meta.test_mutants import CLOSED, STARTED, Red, check_that_it_turns_red

CHECKS = [
    # what Klaviyo shows, and what comes late
    (
        "send_each_event_again_with_the_next",
        Red("test_an_agent_opens_a_conversation", f"shows one {STARTED}"),
    ),
    ("send_each_event_again_with_the_next", Red("test_two_customers_in_turn", "reported exactly once")),
    (
        "report_a_second_metric_with_the_next",
        Red("test_a_metric_is_there_once_its_first_event_has_arrived", f"Kim finds exactly {STARTED}"),
    ),
    (
        "tell_by_the_legacy_api_as_well",
        Red("test_a_key_of_another_account", "has heard of the customer, and this one has not"),
    ),
    ("send_nothing", Red("test_a_key_of_another_account", "the other account has heard of the customer")),
    (
        "tell_the_phone",
        Red("test_a_customer_with_a_name_a_phone_and_an_address", "by the e-mail address alone"),
    ),
    ("stamp_an_hour_early", Red("test_a_row_of_the_feed", "has the time at which the conversation began")),
    ("send_nothing", Red("test_starting_and_closing_stand_in_different_feeds", "shows the customer")),
    (
        "mark_the_first_address_only",
        Red("test_a_customer_with_several_addresses", "marks each of the addresses"),
    ),
    ("mark_always_true", Red("test_two_customers_in_turn", "marked by what happened last")),
    # events that Klaviyo refuses
    ("give_the_other_addresses_up", Red("test_one_of_twenty_addresses", "each of the other addresses")),
    (
        "never_try_an_address_without_a_dot",
        Red("test_an_operator_can_see_which_it_was", "goes on after the refused event"),
    ),
    (
        "name_no_refused_event",
        Red("test_an_operator_is_told_which_it_was", "names the event that was refused"),
    ),
    (
        "hold_everything_up_behind_a_refused_event",
        Red("test_the_next_customer", f"shows one {STARTED} for the other customer"),
    ),
    # what comes to the webhook
    (
        "ask_gladly_whatever_a_stranger_says",
        Red("test_a_stranger_learns_nothing_and_moves_nothing", "called nobody"),
    ),
    (
        "accept_at_the_second_attempt",
        Red("test_gladly_says_things_of_no_use_to_the_app", "accepted by the app"),
    ),
    # keys
    (
        "hammer_with_a_refused_key",
        Red("test_ten_conversations_with_a_refused_key", "once a minute at the most"),
    ),
    (
        "keep_every_key_in_a_file",
        Red("test_a_key_that_was_replaced_is_forgotten", "is nowhere in the app's state"),
    ),
    ("go_on_with_the_first_key", Red("test_the_key_is_replaced", 'has not used the key "Old" since')),
    ("fake_ignores_scopes", Red("test_a_readonly_key", "and write none")),
    (
        "fake_lists_the_newest_key_alone",
        Red("test_two_keys_are_told_apart_by_their_labels", '"Development" is listed'),
    ),
    (
        "lag_one_key_behind",
        Red("test_two_admins_save_one_over_the_other", 'has not used the key "One" since'),
    ),
    ("make_up_an_address", Red("test_a_customer_without_an_address", f"shows no {STARTED} for anyone")),
    ("refuse_reopenings", Red("test_gladly_says_things_of_no_use_to_the_app", "accepted by the app")),
    ("fake_dates_keys_otherwise", Red("test_a_custom_key_in_the_list", "created today")),
    # trouble
    ("give_up_when_gladly_refuses", Red("test_gladly_refuses_the_apps_token", f"shows one {STARTED}")),
    ("give_up_when_no_wait_is_named", Red("test_klaviyo_does_not_say_how_long", f"shows one {STARTED}")),
    ("read_no_date", Red("test_a_longer_wait[until a date]", "waited as long as it was asked to")),
    ("follow_to_any_host", Red("test_gladly_sends_the_app_elsewhere", "been shown the app's credentials")),
    # Gladly's side
    ("fake_heads_the_form_otherwise", Red("test_the_form_of_the_app", 'is headed "Edit Klaviyo App"')),
    ("fake_shows_the_key_again", Red("test_the_saved_key_is_never_shown_again", "the key field is empty")),
    ("fake_says_there_is_no_key", Red("test_the_saved_key_is_never_shown_again", "has a private key")),
    (
        "fake_renames_nothing",
        Red("test_renaming_the_app", 'Dana finds the Klaviyo App "Klaviyo for the shop"'),
    ),
    ("fake_helps_with_no_name", Red("test_the_form_of_the_app", "the name is displayed throughout Gladly")),
    ("fake_helps_with_no_key", Red("test_the_form_of_the_app", "where to obtain it")),
    ("fake_says_no_purpose", Red("test_the_form_of_the_app", "engaged in a support conversation")),
    (
        "fake_reopens_nothing",
        Red("test_the_customer_answers_within_the_reopen_window", "the conversation is open again"),
    ),
    (
        "fake_reopens_for_ever",
        Red("test_the_customer_writes_after_the_reopen_window", "a new conversation has begun"),
    ),
    ("fake_stays_off", Red("test_the_app_is_switched_on_again", "the Klaviyo App is switched on")),
    (
        "ignore_closings",
        Red("test_every_address_hears_of_the_closing", f"one {CLOSED} for each of the addresses"),
    ),
]


def test_every_mutant_for_a_check_is_used() -> None:
    """Each of these broken rules turns a check red."""
    assert set(STEP_MUTANTS) <= {mutant for mutant, _ in CHECKS}


@pytest.mark.parametrize(
    ("mutant", "red"), CHECKS, ids=[f"{mutant}-{red.scenario}" for mutant, red in CHECKS]
)
def test_a_check_turns_red(features: ForkedFeatures, mutant: str, red: Red) -> None:
    """With the rule broken, the check fails that is there for it."""
    check_that_it_turns_red(features, mutant, red)
