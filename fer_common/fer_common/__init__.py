# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The ground of all packages: emotions, distributions, errors, settings and strict YAML; `ros` alone imports rclpy."""
