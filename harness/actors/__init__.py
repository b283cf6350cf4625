"""The people who act and what they see, by their two ways: ``api`` and ``browser`` (web pages)."""
