"""The ways of putting the suite in front of the systems; each module composes the same parts."""
