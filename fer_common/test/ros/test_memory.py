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


HEAPS = """
import ctypes, re, sys, threading
from fer_common.ros.memory import keep_freed_images
if sys.argv[1] == "kept" and not keep_freed_images():
    sys.exit(3)
all_at_once = threading.Barrier(12)
def work():
    block = [bytes(5000) for _ in range(10)]
    all_at_once.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, stream)
libc.fclose(stream)
with open(sys.argv[2]) as told:
    print(len(re.findall("<heap nr=", told.read())))
"""


def heaps(way, path):
    done = subprocess.run([sys.executable, "-c", HEAPS, way, path], capture_output=True, text=True, timeout=60)
    if done.returncode == 3:
        pytest.skip("the C library has no mallopt of glibc's")
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_threads_share_two_heaps_so_that_what_one_left_the_next_one_finds(tmp_path):
    """As glibc itself tells. With as many as it likes a process grew by 7 % over thirty models."""
    assert heaps("kept", tmp_path / "kept") <= 2 < heaps("as it comes", tmp_path / "as it comes")


def test_what_lies_free_goes_back_to_the_system_when_asked():
    program = """
from fer_common.ros.memory import give_back_freed, keep_freed_images
import sys
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
if not keep_freed_images():
    sys.exit(3)
kept = [bytes(1000) for _ in range(40000)]
hole = [bytes(1000) for _ in range(40000)]
last = bytes(1000)
del kept, hole
before = resident()
give_back_freed()
print(before - resident())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    if done.returncode == 3:
        pytest.skip("the C library has no mallopt of glibc's")
    assert int(done.stdout) > 30e6, done.stderr


CIRCLES = """
import gc
from fer_common.ros.memory import NEW_OBJECTS, collect_seldom
collect_seldom()
print(gc.get_freeze_count() > 1000, gc.get_threshold()[0] == NEW_OBJECTS)
class Round:
    def __init__(self):
        self.itself = self
gone = []
gc.callbacks.append(lambda phase, info: gone.append(info["collected"]) if phase == "stop" else None)
for _ in range(3 * NEW_OBJECTS):
    Round()
print(0 < len(gone) <= 7, sum(gone) >= NEW_OBJECTS)
"""


def test_circles_are_looked_for_seldom_but_they_are_and_not_among_what_was_there_before():
    done = subprocess.run([sys.executable, "-c", CIRCLES], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True"] * 4, done.stderr
