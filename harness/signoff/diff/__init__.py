"""What is different between two packs, for whoever reviews an upgrade."""
