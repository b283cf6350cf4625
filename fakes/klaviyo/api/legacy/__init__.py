"""The retired generation of the API: track, identify, and the REST calls of v1 and v2."""
