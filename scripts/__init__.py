"""Scripts of the project: its set-up, and the picture of its architecture."""
