"""Gladly's domain rules in plain Python: no HTTP in here."""
