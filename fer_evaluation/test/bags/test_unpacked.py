# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is unpacked of a bag goes with the run, however the processes end that share it."""

import multiprocessing
import os
import tempfile

import cv2
import numpy as np

from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.storage import PREFIX, unpacked_together
from fer_evaluation.make_bag import main


def open_and_be_ended(bag):
    with open_bag(bag):
        os._exit(7)


def test_a_process_that_is_ended_leaves_nothing_unpacked(tmp_path, monkeypatch):
    (tmp_path / "images").mkdir()
    cv2.imwrite(str(tmp_path / "images" / "1.png"), np.zeros((20, 30, 3), np.uint8))
    assert main([str(tmp_path / "images"), str(tmp_path / "bag"), "--compression", "file"]) == 0
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with unpacked_together():
        process = multiprocessing.get_context("fork").Process(target=open_and_be_ended, args=(tmp_path / "bag",))
        process.start()
        process.join()
        assert process.exitcode == 7
        (folder,) = (tmp_path / "temporary").glob(f"{PREFIX}*")
        assert [path.suffix for path in folder.glob("*/*")] == [".mcap"]
    assert os.listdir(tmp_path / "temporary") == []
