"""The events endpoints."""
