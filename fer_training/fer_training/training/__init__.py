"""Faces to weights."""
