"""Boxes to people who keep their ids."""
