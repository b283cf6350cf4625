"""Finding, installing and running a Chromium."""
