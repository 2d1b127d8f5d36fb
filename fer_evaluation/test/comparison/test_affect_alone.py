# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Labels of valence and arousal alone are not compared, and that is what is said."""

import json

import numpy as np
from made_series import labels, measure, one_hot, series

from fer_evaluation.compare import main


def test_valence_and_arousal_alone_are_named(tmp_path, capsys):
    felt = labels("0,1,0.5,0.5", columns="start_s,end_s,valence,arousal")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        content = measure(series(np.arange(10) / 10, one_hot(*[3] * 10)), felt)
        (tmp_path / name / "metrics.json").write_text(json.dumps(content))
    assert main([str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    said = capsys.readouterr().err
    assert "valence and arousal alone" in said
    assert said.count("\n") == 1
