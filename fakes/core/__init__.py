"""What both fakes are made of, free of any vendor: clock, work, tenants, ids, journal, faults, front door, control plane."""
