"""Boxes to distributions."""
