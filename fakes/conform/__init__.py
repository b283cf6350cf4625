"""The fakes held against the vendors' own OpenAPI documents."""
