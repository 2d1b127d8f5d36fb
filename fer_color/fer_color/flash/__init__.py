"""The flash promise: how far a light may travel, and what a lamp may show meanwhile."""
