"""The pack that a sign-off leaves, and what is done with it."""
