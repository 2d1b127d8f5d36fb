# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The exceptions that this package raises on purpose."""

from fer_common.errors import FerError


class EvaluationError(FerError):
    """What was wrong and what to do, always in one line, so that it can be shown to a user as it is."""


class NothingThereError(EvaluationError):
    """A bag holds nothing of what is wanted, as one of several may."""
