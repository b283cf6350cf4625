"""What fakes are made of: clock, work, ids, journal, faults, front door, control plane, server."""
