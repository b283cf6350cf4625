"""The features, by chapter, and the module that collects them."""
