"""Step definitions by noun; Given sets up, When acts, Then looks; what they share is in the scenario context."""
