"""The sign-off pack: what stands in it, and what must not."""
