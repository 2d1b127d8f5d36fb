"""Figures to images and pages."""
