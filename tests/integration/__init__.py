"""The reference integration on its own: both vendors are played by canned answers."""
