"""Private API keys and their scopes."""
