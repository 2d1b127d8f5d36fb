"""Messages to arrays."""
