"""Distributions over time, over faces and over cameras."""
