"""Where things stand on the screens, as data: a file for each system that names addresses, roles and labels.

Nothing in here knows a browser, so that a command line can be checked without one.
"""
