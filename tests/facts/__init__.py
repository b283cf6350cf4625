"""Tests of the facts on which integrations and the fakes rest."""
