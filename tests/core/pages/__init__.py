"""The web kit of the fakes' pages, seen through a toy site."""
