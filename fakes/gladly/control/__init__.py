"""Gladly's part of the control plane, calls and pages."""
