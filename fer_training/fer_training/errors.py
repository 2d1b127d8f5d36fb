"""The root of what this package raises on purpose."""


class TrainingError(Exception):
    """Something that the user can mend; its text is one line that says what is wrong and what to do."""
