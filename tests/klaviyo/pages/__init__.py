"""Klaviyo's pages, read and filled in as a browser without scripts would."""
