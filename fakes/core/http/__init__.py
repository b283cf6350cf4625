"""What every request to a fake goes through, in process and behind a socket."""
