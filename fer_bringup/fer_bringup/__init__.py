"""Puts the parts together: an image source, perception and colour, as a launch file and in one process."""
