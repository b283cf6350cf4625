"""Webhooks and their logs."""
