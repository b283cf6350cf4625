"""A broken integration, or a fake that lies, turns the scenario red that names what was broken."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from harness.worlds.registry import why_no_browser
from tests.meta.mutants import MUTANTS
from tests.meta.page_mutants import PAGE_MUTANTS

ROOT = Path(__file__).parents[2]

RED: dict[str, str] = {
    "send_on_reopen": "test_an_agent_reopens_the_conversation",
    "skip_the_second_address": "test_a_customer_with_several_addresses",
    "believe_a_broken_gladly": "test_gladly_is_in_trouble",
    "count_every_spelling": "test_the_same_address_in_another_spelling",
    "wrong_metric_name": "test_both_metrics_are_found",
    "drop_on_refusal": "test_the_right_key_after_a_wrong_one",
    "park_on_any_403": "test_klaviyo_is_not_reached",
    "drop_when_the_legacy_api_is_gone": "test_the_legacy_api_is_retired_before_the_upgrade",
    "stamp_with_the_time_of_sending": "test_klaviyo_asks_to_wait",
    "no_memory_for_webhooks": "test_gladly_says_it_twice",
    "outbox_in_memory": "test_the_app_crashes_before_it_could_tell_klaviyo",
    "give_up_on_trouble": "test_klaviyo_is_in_trouble",
    "hurry_when_asked_to_wait": "test_klaviyo_asks_to_wait",
    "ignore_closings": "test_an_agent_closes_a_conversation",
    "mark_always_true": "test_an_agent_closes_a_conversation",
    "mark_as_text": "test_an_agent_opens_a_conversation",
    "tell_more_than_needed": "test_a_customer_with_a_name_a_phone_and_an_address",
    "let_strangers_in": "test_a_stranger_reports_a_conversation",
    "swallow_nonsense": "test_nonsense_in_gladlys_name",
    "refuse_useless_events": "test_gladly_says_things_of_no_use_to_the_app",
    "stay_with_the_legacy_api": "test_a_conversation_after_the_upgrade",
    "log_the_key": "test_a_conversation_is_reported",
    "call_an_unknown_route": "test_an_agent_opens_a_conversation",
    "send_what_nobody_reads": "test_an_agent_opens_a_conversation",
    "send_each_event_twice": "test_an_agent_opens_a_conversation",
    "send_nothing": "test_the_whole_runbook",
    "fake_ignores_scopes": "test_a_key_with_the_wrong_access",
    "fake_keeps_deleted_keys_alive": "test_the_key_is_deleted_in_klaviyo",
    "fake_shows_whole_keys": "test_a_custom_key_in_the_list",
    "fake_asks_for_no_role": "test_any_other_role_is_turned_away",
    "fake_switches_nothing": "test_the_app_is_switched_off",
    "tell_the_name_by_the_legacy_api": "test_a_customer_with_a_name_a_phone_and_an_address",
    "print_the_token": "test_an_agent_opens_a_conversation",
    "lose_the_outbox_on_save": "test_saving_the_app_loses_nothing",
    "report_a_second_metric": "test_a_customer_with_a_name_a_phone_and_an_address",
    "fake_breaks_inside": "test_an_agent_opens_a_conversation",
    "fake_never_throttles": "test_klaviyo_asks_to_wait",
}


def run_features(
    scenario: str, mutant: str | None, world: str = "memory"
) -> subprocess.CompletedProcess[str]:
    """Run the scenario in a world, with one rule broken."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MUTANT"))}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "features",
        "-p",
        "tests.meta.page_mutants",
        "-p",
        "no:cacheprovider",
    ]
    with tempfile.TemporaryDirectory() as aside:
        return subprocess.run(  # noqa: S603 - our own command
            [
                *command,
                "-q",
                "-n",
                "0",
                "-k",
                scenario,
                "--tb=line",
                "--world",
                world,
                "--evidence",
                aside,
                "--deadline",
                "5",
            ],
            cwd=ROOT,
            env=env | ({"MUTANT": mutant} if mutant else {}),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def test_every_mutant_has_its_scenario() -> None:
    """Every broken rule names the scenario that must go red."""
    assert set(RED) | set(PAGE_MUTANTS) == set(MUTANTS)


@pytest.mark.parametrize("mutant", sorted(RED))
def test_a_broken_rule_turns_its_scenario_red(mutant: str) -> None:
    """With the rule broken, the scenario that names it fails."""
    run = run_features(RED[mutant], mutant)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout + run.stderr
    assert f"FAILED features/test_runbook.py::{RED[mutant]}[" in run.stdout


@pytest.mark.skipif(bool(why_no_browser()), reason="no browser on this machine")
@pytest.mark.parametrize("mutant", sorted(PAGE_MUTANTS))
def test_a_broken_page_turns_its_scenario_red(mutant: str) -> None:
    """With a page broken, the scenario that names it fails in the browser world."""
    run = run_features(PAGE_MUTANTS[mutant], mutant, "browser")
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout + run.stderr
    assert f"FAILED features/test_runbook.py::{PAGE_MUTANTS[mutant]}[" in run.stdout


@pytest.mark.skipif(bool(why_no_browser()), reason="no browser on this machine")
def test_unbroken_the_same_pages_are_green() -> None:
    """Without a mutant the scenarios of the pages pass in the browser world, so that red means what it says."""
    run = run_features(" or ".join(sorted(PAGE_MUTANTS.values())), None, "browser")
    assert run.returncode == pytest.ExitCode.OK, run.stdout + run.stderr


def test_unbroken_the_same_scenarios_are_green() -> None:
    """Without a mutant all the named scenarios pass, so that red means what it says."""
    run = run_features(" or ".join(sorted(set(RED.values()))), None)
    assert run.returncode == pytest.ExitCode.OK, run.stdout + run.stderr
