"""Tests of Gladly's pages, as a browser without scripts sees them."""
