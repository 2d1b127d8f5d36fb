"""How this package's programs take their arguments."""
