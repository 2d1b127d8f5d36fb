"""Figures to a folder that a person opens."""
