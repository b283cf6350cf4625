"""Step definitions by noun; each speaks to an actor of the world and keeps what it learns in the scene."""
