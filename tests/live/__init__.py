"""Tests of what goes live."""
