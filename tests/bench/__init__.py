"""Benches: what requests cost and what is kept costs, printed as medians and ratios; no test, run by hand."""
