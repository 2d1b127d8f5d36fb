"""A series and its labels to figures."""
