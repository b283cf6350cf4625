"""Measurements that are too slow or too noisy for tests: run each by hand."""
