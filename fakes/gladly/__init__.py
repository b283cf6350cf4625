"""A stateful stand-in for Gladly: its REST API, its webhooks and the Klaviyo App's place in Settings > Apps."""
