"""Stateful stand-ins for Klaviyo and Gladly, usable in-process or as servers."""
