"""Broken integrations: the reference one with a single mistake each, run by the contract as processes of their own (docs/mutants.md)."""
