"""Tests of the Klaviyo fake."""
