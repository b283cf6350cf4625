"""Page objects for Klaviyo and Gladly: where things stand on a screen, and the tasks people do there.

They serve the fakes' pages and the real ones alike, so they know roles and labels, never the make of a page.
"""
