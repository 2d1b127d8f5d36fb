"""Where a network begins, and what it came to."""
