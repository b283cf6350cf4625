"""Collects every feature below this folder; each scenario runs in every world chosen with ``--world``."""

import pytest
from pytest_bdd import scenarios

pytestmark = pytest.mark.usefixtures("world")

scenarios(".")
