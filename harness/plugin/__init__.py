"""The pytest plugins: options, worlds, records, the inventory gate, sign-off. ``conftest.py`` names them."""
