# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a node has said."""

import pytest


class Log:
    """The lines that reached standard error since the start of the test."""

    def __init__(self, capfd):
        self.capfd, self.text = capfd, ""

    def lines(self, *words):
        self.text += self.capfd.readouterr().err
        return [line for line in self.text.splitlines() if all(word in line for word in words)]


@pytest.fixture
def log(capfd):
    return Log(capfd)
