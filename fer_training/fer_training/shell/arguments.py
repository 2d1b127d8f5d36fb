# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The command lines of this package: a wrong argument is one line."""

import argparse
from collections.abc import Callable
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """argparse's, without the usage in front of what was wrong."""

    def error(self, message: str) -> NoReturn:
        """End the program with 2 after one line."""
        self.exit(2, f"{self.prog.rpartition('.')[2]}: {message} (see --help)\n")


def at_least(lowest: int) -> Callable[[str], int]:
    """Return a type for argparse: a whole number from `lowest` on."""

    def whole_number(text: str) -> int:
        try:
            number = int(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number") from error
        if number < lowest:
            raise argparse.ArgumentTypeError(f"{number} is too small; give at least {lowest}")
        return number

    return whole_number
