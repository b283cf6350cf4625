"""Gladly's pages: Settings > Apps for the admin, the desk for the agent."""
