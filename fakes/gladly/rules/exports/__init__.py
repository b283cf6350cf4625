"""Export jobs: when they come to be, and the files that belong to them."""
