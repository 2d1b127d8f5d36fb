"""The page's server: who may look, and how the newest state travels."""
