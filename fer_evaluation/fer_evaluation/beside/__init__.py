# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Work that goes on beside other work, in threads and in forked processes, whatever it is."""
