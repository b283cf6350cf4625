"""Tests: units, contracts, guards."""
