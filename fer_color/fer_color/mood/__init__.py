"""The colour that is wanted now, eased."""
