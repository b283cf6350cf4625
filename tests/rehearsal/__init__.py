"""The rehearsal of going live: the fakes, started as anybody starts them, play the real systems. ``make live-rehearsal`` runs it."""
