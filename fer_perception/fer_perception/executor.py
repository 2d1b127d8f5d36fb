# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What spins a node, for who looks for it here; it lives in `fer_common.ros.executor`."""

from fer_common.ros.executor import make_executor, withdraw

__all__ = ["make_executor", "withdraw"]
