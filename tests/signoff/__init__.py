"""The sign-off pack: what is written, read, verified, merged and rendered."""
