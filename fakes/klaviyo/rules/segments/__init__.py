"""Segments: their conditions, members and wording."""
