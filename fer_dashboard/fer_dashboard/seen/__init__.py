# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Messages to what the page shows, and what a person may ask of the nodes."""
