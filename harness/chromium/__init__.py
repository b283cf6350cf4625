"""The program: finding, installing and running a Chromium. What is on its pages is in ``harness.pages``."""
