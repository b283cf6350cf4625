"""What is counted over events: aggregates and what the metric's page shows."""
