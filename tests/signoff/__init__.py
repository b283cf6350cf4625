"""Tests of the sign-off: the pack, its report, and what people do with both."""
