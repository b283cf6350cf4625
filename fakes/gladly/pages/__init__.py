"""Gladly's web pages: Settings for admins and API users, the desk for agents. They show what the rules say and keep nothing."""
