"""The apps of an organization, the Klaviyo App above all."""
