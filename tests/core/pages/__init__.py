"""What is common to the fakes' pages, seen on a toy site."""
