"""The actors' routes by web page."""
