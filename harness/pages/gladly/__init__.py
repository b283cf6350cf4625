"""Gladly's pages: Settings > Apps for the admin, the workspace for the agent."""
