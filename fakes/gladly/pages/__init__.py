"""Gladly's web pages. They show what the rules say and keep nothing."""
