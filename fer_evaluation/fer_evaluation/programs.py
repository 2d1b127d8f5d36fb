# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the installed executables call."""

from fer_common.program import STOPPED, starter

evaluate_bag = starter("fer_evaluation.evaluate_bag", STOPPED)
make_bag = starter("fer_evaluation.make_bag", STOPPED)
compare = starter("fer_evaluation.compare", STOPPED)
