"""Scripts of the project: its set-up, the sound integrations under test, and the picture of its architecture."""
