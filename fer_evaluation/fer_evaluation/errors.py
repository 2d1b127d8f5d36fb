"""The root of what this package raises on purpose."""


class EvaluationError(Exception):
    """What was wrong and what to do, in one line that a user can read."""

    def __init__(self, line: str) -> None:
        """Take the line; breaks within it become spaces."""
        super().__init__(" ".join(line.split()))
