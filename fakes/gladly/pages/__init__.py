"""Gladly's web pages: Settings for admins and API users, the workspace for agents. They show what the rules say and keep nothing."""
