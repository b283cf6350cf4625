"""A stateful stand-in for Klaviyo: accounts, private keys, events, metrics, profiles and both generations of its API."""
