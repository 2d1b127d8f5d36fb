"""Messages to a series of answers: replayed, recorded or live."""
