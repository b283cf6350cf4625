"""What fakes are made of: clock, work, ids, journal, faults, start page, control plane, server."""
