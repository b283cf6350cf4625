"""What turns features into verdicts: worlds, actors, clauses, records, sign-off."""
