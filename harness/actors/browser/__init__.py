"""People at web pages, by the page objects of ``harness.pages``."""
