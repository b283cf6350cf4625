"""Going live: the same runbook at real systems, by public interfaces only. Nothing in here knows the fakes."""
