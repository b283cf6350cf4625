"""The pack that a sign-off leaves behind: its files, what binds them together, and what people do with it."""
