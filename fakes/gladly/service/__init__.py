"""Gladly's fake itself: its organizations, whose request is whose, and what is sent after a change."""
