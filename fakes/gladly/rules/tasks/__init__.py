"""Tasks and their comments."""
