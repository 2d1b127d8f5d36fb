# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Small experiments on what the paper says of training: the same budget for both sides of a question, several seeds."""
