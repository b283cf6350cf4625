"""Several packs joined into one, each result with its origin; what they say differently is never the better of the two."""
