"""The segments endpoints."""
