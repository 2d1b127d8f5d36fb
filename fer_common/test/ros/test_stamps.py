# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A stamp as one number."""

from types import SimpleNamespace

import pytest

from fer_common.ros.stamps import stamp_ns


@pytest.mark.parametrize(
    ("sec", "nanosec", "wanted"), [(0, 0, 0), (1, 5, 1_000_000_005), (2**31 - 1, 10**9 - 1, 2**31 * 10**9 - 1)]
)
def test_seconds_and_nanoseconds_are_one_whole_number(sec, nanosec, wanted):
    stamp = stamp_ns(SimpleNamespace(stamp=SimpleNamespace(sec=sec, nanosec=nanosec)))
    assert (stamp, type(stamp)) == (wanted, int)
