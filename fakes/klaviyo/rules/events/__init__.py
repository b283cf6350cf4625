"""Events: how they are taken in, kept and read."""
