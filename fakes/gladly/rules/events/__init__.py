"""Events: their types, how they are raised, and the Events API's stream."""
