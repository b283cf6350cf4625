"""Clauses, inventory, verdicts and the report."""
