# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is freed is used again: counted in pages that the system has to clear, in a process of its own."""

import subprocess
import sys

import pytest

PAGES = """
import resource, sys
from fer_common.ros.memory import keep_freed_images
if sys.argv[1] == "kept" and not keep_freed_images():
    sys.exit(3)
for _ in range(5):
    image = bytearray(921600)
    del image
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    images = [bytearray(921600) for _ in range(3)]
    del images
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 50)
"""


def pages_an_image(way):
    done = subprocess.run([sys.executable, "-c", PAGES, way], capture_output=True, text=True, timeout=60)
    if done.returncode == 3:
        pytest.skip("the C library has no mallopt of glibc's")
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_images_of_a_program_find_their_memory_where_the_last_ones_left_it():
    assert pages_an_image("kept") < 20
    assert pages_an_image("given back") > 200
