"""Reports: what can be asked for, and their rows; a report is a table of texts with named columns."""
