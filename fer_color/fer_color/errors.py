"""The one exception of this package."""


class ColorError(Exception):
    """What was wrong and what to do, always in one line, so that it can be shown to a user as it is."""

    def __init__(self, text: str) -> None:
        """Fold `text` into one line: a message of the operating system may bring several."""
        super().__init__(" ".join(text.split()))
