"""Klaviyo's web pages, as far as the runbook walks through them. They show what the rules say and keep nothing."""
