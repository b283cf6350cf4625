"""Generated requests: whatever comes in, the fakes answer, never fail, and lose nothing."""
