"""Messages to distributions."""
