"""WLED over HTTP."""
