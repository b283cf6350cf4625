"""The browser that a world drives: finding one, starting it, and what it may reach."""
