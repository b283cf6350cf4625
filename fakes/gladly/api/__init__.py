"""Gladly's public REST API in front of the rules."""
