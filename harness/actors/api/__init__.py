"""The actors' routes by API: the vendors' own where one exists, else the fakes' control plane in a user's name."""
