"""What integrations and the fakes rest on, as small facts that a call or two confirm, and the calls that they are asked by."""
