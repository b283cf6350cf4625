"""Conformance: every call of a fake held against its vendor's own OpenAPI document."""
