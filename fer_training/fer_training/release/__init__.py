"""Weights to a checked model file and its card."""
