"""Conversations: their states, timelines, items and topics."""
