"""The sign-off: what a pack holds, and what people do with it."""
