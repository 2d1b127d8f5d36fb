"""Bytes from outside against everything of ours that reads them: `make fuzz`. Only our own errors may come out."""
