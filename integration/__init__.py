"""The reference integration: hears from Gladly, tells Klaviyo. Start reading at ``service.py``."""
