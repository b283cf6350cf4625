"""Klaviyo's JSON:API: routes, checks, documents and error bodies."""
