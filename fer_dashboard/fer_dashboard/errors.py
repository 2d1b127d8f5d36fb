"""What goes wrong in this package."""

from fer_common.errors import FerError


class DashboardError(FerError):
    """One line: what was wrong, and what to do."""
