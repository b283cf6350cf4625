"""What both fakes are made of, free of any vendor: clock, tasks, tenants, ids, journal, faults, HTTP, pages, control plane."""
