"""Agents, inboxes, teams, audiences and topics."""
