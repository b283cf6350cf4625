"""An organization with everything that belongs to it, and how one is made."""
