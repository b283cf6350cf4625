"""The control plane that both fakes share, calls and pages."""
