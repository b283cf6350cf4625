"""The pytest plugins: options, worlds, what steps may use, records, the inventory gate, sign-off. ``conftest.py`` names them."""
