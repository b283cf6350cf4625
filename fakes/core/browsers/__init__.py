"""The browsers that ask: their cookies, sessions and forms."""
