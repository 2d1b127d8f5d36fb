# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Another program's labels by a YAML file, in which every word is the word that it is."""

import pytest

from fer_evaluation.answers.mapping import load_mapping
from fer_evaluation.errors import EvaluationError


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("no: neutral\non: happy\nOff: sad\n", {"no": "neutral", "on": "happy", "off": "sad"}),
        ("Yes: Happiness\nnull: sadness\n", {"yes": "happy", "null": "sad"}),
        ("010: happy\n1.50: sad\n2024-01-01: fear\n", {"010": "happy", "1.50": "sad", "2024-01-01": "fear"}),
        ("unclear:\nnone: ''\nother: ~\n", {"unclear": "", "none": "", "other": ""}),
    ],
)
def test_words_that_yaml_takes_for_something_else(tmp_path, text, wanted):
    (tmp_path / "mapping.yaml").write_text(text)
    assert load_mapping(tmp_path / "mapping.yaml") == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("joy: no\n", "joy: unknown emotion 'no'; there are: angry"),
        ("joy: contempt\n", "unknown emotion 'contempt'"),
        ("joy: [happy]\n", "unknown emotion"),
        ("Joy: happy\njoy: sad\n", "'joy' stands there twice"),
        ("no: happy\nno: sad\n", "'no' is given 2 times"),
        ("joy: &a happy\n", "anchors and aliases"),
        ("", "is no mapping"),
    ],
)
def test_what_is_no_mapping_is_one_line(tmp_path, text, said):
    (tmp_path / "mapping.yaml").write_text(text)
    with pytest.raises(EvaluationError) as refused:
        load_mapping(tmp_path / "mapping.yaml")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
