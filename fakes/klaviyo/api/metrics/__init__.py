"""The metrics endpoints."""
