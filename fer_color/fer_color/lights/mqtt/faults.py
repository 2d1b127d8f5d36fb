# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a broker may refuse, and how that is said."""

import ssl
from typing import Any


class ClosedError(OSError):
    """The broker closed the connection."""


class RefusedError(OSError):
    """The broker does not take us, and says why."""

    def __init__(self, code: Any) -> None:
        """Take paho's reason code."""
        super().__init__(f"it refuses us: {code}")
        self.wants_password = "password" in str(code) or "uthori" in str(code)
        """Whether it is about who we are."""


class OldBrokerError(ClosedError):
    """The broker does not know MQTT 5: it said so, or closed the connection without a word."""


def explain(error: OSError) -> str:
    """Return what a failure to connect says, in few words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {error.verify_message.rstrip('.')}"
    return error.strerror or str(error)
