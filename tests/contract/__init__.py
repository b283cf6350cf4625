"""Clients and integrations that nobody here wrote, against the fakes and the suite."""
