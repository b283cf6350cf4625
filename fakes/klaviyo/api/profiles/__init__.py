"""The profiles endpoints."""
