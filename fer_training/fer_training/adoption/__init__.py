"""Somebody else's classifier to a model file of the contract."""
