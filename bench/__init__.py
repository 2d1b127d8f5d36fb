"""make bench: what perception and light cost, as ratios to a yardstick that is measured in the same run."""
