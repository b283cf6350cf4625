"""Blow one storm again: ``python -m tests.fuzz klaviyo SEED COUNT``."""

import sys

from tests.fuzz.storm import Storm, told

if __name__ == "__main__":
    name, seed, count = sys.argv[1:]
    storm = Storm(name, int(seed))
    failure = storm.blow(int(count))
    sys.stdout.write(f"{dict(sorted(storm.statuses.items()))}\n")
    sys.exit(None if failure is None else told(storm, failure))
