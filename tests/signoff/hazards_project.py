"""A project in which everything goes wrong that pytest-bdd, pytest and xdist are known to hide."""

FEATURE = """
@{clauses}
Feature: Hazards

  Scenario: It passes
    When it is done
    Then it is seen

  Scenario: It is lost
    When it is done

  Scenario: Twice in the file
    When it is done

  Scenario: Twice in the file
    When it is done

  Scenario: Empty

  Scenario: The first step is undefined
    When nobody knows this
    Then it is seen

  Scenario: A later step is undefined
    When it is done
    Then nobody knows that

  Scenario: A step is ambiguous
    When it is done
    Then it is one of two

  Scenario: Skipped in a step
    When it is done
    And it is skipped halfway
    Then it is seen

  @skip
  Scenario: Skipped by a tag
    When it is done

  Scenario: Taken down badly
    When something is left behind
    Then it is seen

  @xfail
  Scenario: Expected to fail
    When it fails

  @needs-pages
  Scenario: Only a page shows it
    When it is done

  @needs-{ability}
  Scenario: The integration is not asked for it
    When it is done

  Scenario: Failed once
    When it fails the first time
    Then it is seen

  Scenario: Its process dies
    When it is done
    And its process dies
    Then it is seen

  Rule: One

    Scenario: Twice under rules
      When it is done

  Rule: Another

    Scenario: Twice under rules
      When it is done
"""
BACKED = """
@{clauses}
Feature: Hazards behind a background

  Background:
    Given it was done before

  Scenario: Empty behind a background
"""
STEPS = '''
"""Steps that go wrong."""

import os

import pytest
from pytest_bdd import given, parsers, then, when

TRIES = []


@pytest.fixture
def left_behind():
    yield
    raise OSError("it cannot be taken down")


@given("it was done before")
@when("it is done")
@then("it is seen")
def it_is_done(): ...


@when("it is skipped halfway")
def it_is_skipped(): pytest.skip("not today")


@when("something is left behind")
def something_is_left(left_behind): ...


@when("it fails")
def it_fails(): raise AssertionError("it failed")


@when("it fails the first time")
def it_fails_first():
    TRIES.append(1)
    assert len(TRIES) > 1, "it failed at first"


@when("its process dies")
def its_process_dies():
    if "PYTEST_XDIST_WORKER" in os.environ:
        os._exit(9)
    raise AssertionError("there is no worker")


@then("it is one of two")
def one(): ...


@then(parsers.re("it is one of (two|three)"))
def two(): ...
'''
PLUGIN = """
import pytest
from _pytest.runner import runtestprotocol


def pytest_collection_modifyitems(items):
    items[:] = [one for one in items if one.originalname != "test_it_is_lost"]


def pytest_runtest_protocol(item, nextitem):
    if item.originalname != "test_failed_once":
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for _ in range(2):
        if not any(one.failed for one in runtestprotocol(item, nextitem=nextitem)):
            break
        item._initrequest()
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
"""

INTERRUPT = """
def pytest_runtest_call(item):
    if item.originalname == "test_a_later_step_is_undefined":
        raise KeyboardInterrupt
"""


def files(clauses: list[str]) -> dict[str, str]:
    """Return the files of the project whose clauses these are."""
    return {
        "features/small.feature": FEATURE.format(clauses=" @".join(clauses), ability="legacy"),
        "features/backed.feature": BACKED.format(clauses=" @".join(clauses)),
        "steps/small.py": STEPS,
        "hazards.py": PLUGIN,
        "interrupt.py": INTERRUPT,
    }
