"""Guards of the rules of the house, and the harness tested by breaking things."""
