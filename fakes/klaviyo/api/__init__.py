"""Klaviyo's JSON:API front door: routes, checks, documents and error bodies."""
