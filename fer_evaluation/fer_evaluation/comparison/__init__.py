"""Two result folders to a difference."""
