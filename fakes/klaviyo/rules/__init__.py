"""What Klaviyo does, in plain Python: no HTTP in here."""
