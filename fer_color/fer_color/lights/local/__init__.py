"""Lights on this machine: a terminal, a file, none."""
