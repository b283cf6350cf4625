"""What ``python -m harness`` does, a module for each command."""
