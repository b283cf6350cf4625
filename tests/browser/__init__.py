"""The browser, page objects, and what is kept of screens."""
