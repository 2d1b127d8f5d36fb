# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The order in which several processes take the tests: all of them, files whole, what is long first."""

import json
import re
from itertools import chain, groupby
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from order import EXPORTING, SECONDS, arrange, measured, stretches

ROOT = Path(__file__).resolve().parents[1]
EXPORTS = re.compile(
    r"export_once|operators_listed_once|whole_graph_once|file_of_several|export\.main\(|onnx\.export\(|import smoke"
)

FILES = st.dictionaries(st.text("abc", min_size=1, max_size=4), st.integers(1, 50), max_size=30)


@given(FILES, st.dictionaries(st.text("abc", min_size=1, max_size=4), st.floats(2, 100)), st.integers(2, 6))
def test_each_file_is_in_one_stretch_and_the_long_ones_stand_first(files, seconds, count):
    dealt = stretches(files, seconds, count)
    assert len(dealt) == count
    assert sorted(file for stretch in dealt for file in stretch) == sorted(files)
    for stretch in dealt:
        ranks = [-seconds.get(file, 0.0) for file in stretch]
        assert ranks == sorted(ranks)
    # The longest ones begin at once, in different processes.
    firsts = {stretch[0] for stretch in dealt if stretch}
    longest = sorted((file for file in files if file in seconds), key=lambda file: (-seconds[file], file))[:count]
    assert set(longest) <= firsts


@given(FILES, st.integers(2, 6))
def test_all_tests_stay_and_a_files_stay_together_in_their_order(files, count):
    names = [f"{file}::test_{number}" for file, tests in files.items() for number in range(tests)]
    items = [SimpleNamespace(nodeid=name) for name in names]
    arrange(items, {"a": 9.0, "b": 3.0, "gone": 5.0}, count)
    after = [item.nodeid for item in items]
    assert sorted(after) == sorted(names)
    runs = [(file, list(group)) for file, group in groupby(after, key=lambda name: name.split("::")[0])]
    assert len(runs) == len(files)
    assert all(group == [name for name in names if name.startswith(f"{file}::")] for file, group in runs)


def test_a_files_seconds_are_those_of_all_parts_of_its_tests():
    parts = [("a.py::one", 1.2), ("a.py::one", 0.5), ("a.py::two[x::y]", 1.0), ("b.py::one", 1.9)]
    reports = [SimpleNamespace(nodeid=name, duration=seconds) for name, seconds in parts]
    assert measured(reports) == {"a.py": 3}


def test_the_recorded_files_are_tests():
    seconds = json.loads(SECONDS.read_text())
    assert all(value >= 2 and "/test_" in f"/{name}" and name.endswith(".py") for name, value in seconds.items())


def test_the_files_that_export_are_named_and_stay_together():
    files = chain(ROOT.glob("fer_*/test/**/test_*.py"), ROOT.glob("test/**/test_*.py"))
    found = {str(file.relative_to(ROOT)) for file in files if EXPORTS.search(file.read_text())} - {"test/test_order.py"}
    assert found == EXPORTING
    names = [f"{file}::test_{number}" for file in sorted({*found, "a.py", "m.py", "z.py"}) for number in range(3)]
    items = [SimpleNamespace(nodeid=name) for name in reversed(names)]
    arrange(items, {"a.py": 3.0, **dict.fromkeys(found, 2.0)}, 4)
    order = [item.nodeid.split("::")[0] for item in items]
    assert [exports for exports, _ in groupby(order, key=EXPORTING.__contains__)].count(True) == 1
    assert set(order[: 3 * len(found)]) == found  # longest together, they begin a stretch
