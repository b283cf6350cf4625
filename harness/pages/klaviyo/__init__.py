"""Klaviyo's pages, as the runbook walks through them."""
