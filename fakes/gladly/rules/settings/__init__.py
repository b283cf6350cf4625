"""What an Administrator changes under Settings."""
