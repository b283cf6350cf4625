"""What happened, step by step, as it may be written down."""
