"""Klaviyo's fake itself: its accounts, and whose request is whose."""
