# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Settings: held against their limits, changed only where they may be, and written as a table."""

from dataclasses import dataclass, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_common.errors import FerError
from fer_common.settings import (
    HEAD,
    Checked,
    choices_of,
    fault,
    meant,
    parameter_table,
    print_or_write,
    setting,
    write_tables,
)


class OurError(FerError):
    """A package's own."""


@dataclass(frozen=True, kw_only=True)
class Ours(Checked, error=OurError):
    """One of every kind."""

    share: float = setting(0.5, "how much", low=0.0, high=1.0, live=True)
    wait: float = setting(2.0, "how long", unit="s", low=0.1, high=3600.0)
    count: int = setting(3, "how many", low=1, high=9, live=True)
    way: str = setting("this", "which", choices=("this", "that"), live=True)
    prior: str = setting("even", "how common", numbers=True, live=True)
    name: str = setting("", "who")
    on: bool = setting(False, "whether", live=True)
    names: tuple[str, ...] = setting(("a",), "all of them")
    color: tuple[int, ...] = setting((1, 2), "what is seen", unit="sRGB", live=True)


@dataclass(frozen=True, kw_only=True)
class More(Ours):
    """Takes its error from the class above."""

    depth: float = setting(1.0, "beyond", low=0.0, high=2.0)


ENTRIES = {entry.name: entry for entry in fields(More)}

TABLE = """\
| name | type | default | unit, range | reason |
|---|---|---|---|---|
| `share` | double | `0.5` | 0 to 1 | how much |
| `wait` | double, read-only | `2.0` | s, 0.1 to 3600 | how long |
| `count` | integer | `3` | 1 to 9 | how many |
| `way` | string | `this` | `this`, `that` | which |
| `prior` | string | `even` |  | how common |
| `name` | string, read-only | `""` |  | who |
| `on` | boolean | `false` |  | whether |
| `names` | string[], read-only | `["a"]` |  | all of them |
| `color` | integer[] | `[1, 2]` | sRGB | what is seen |"""


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("share", 1.5, "share is 1.5; it must be from 0 to 1"),
        ("share", float("nan"), "share is nan; it must be from 0 to 1"),
        ("share", 2, "share is 2.0; it must be from 0 to 1"),
        ("share", np.float32(2), "share is 2.0; it must be from 0 to 1"),
        ("share", np.zeros(2), "share is [0.0, 0.0]; it must be a number"),
        ("share", None, "share is None; it must be a number"),
        ("share", True, "share is True; it must be a number"),
        ("share", "much", "share is 'much'; it must be a number"),
        ("wait", 0.0, "wait is 0.0 s; it must be from 0.1 to 3600"),
        ("count", 2.5, "count is 2.5; it must be a whole number"),
        ("count", True, "count is True; it must be a whole number"),
        ("count", 10, "count is 10; it must be from 1 to 9"),
        ("way", "other", "way is 'other'; choose one of this, that"),
        ("on", 1, "on is 1; it must be true or false"),
        ("name", 7, "name is 7; it must be a text"),
        ("names", "a", "names is 'a'; it must be a list, each a text"),
        ("names", None, "names is None; it must be a list, each a text"),
        ("color", (0.5,), "color is (0.5,); it must be a list, each a whole number"),
        ("color", (True,), "color is (True,); it must be a list, each a whole number"),
        ("depth", 3.0, "depth is 3.0; it must be from 0 to 2"),
    ],
)
def test_a_value_that_is_none_is_refused_in_one_line(name, value, says):
    with pytest.raises(OurError) as caught:
        More(**{name: value})
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("share", 1, 1.0),
        ("share", np.linspace(0, 1, 5)[1], 0.25),
        ("share", np.float32(0.5), 0.5),
        ("count", np.int64(4), 4),
        ("on", np.bool_(True), True),
        ("name", np.str_("me"), "me"),
        ("prior", 0.5, "0.5"),
        ("prior", np.array([0.5, 0.25]), "0.5,0.25"),
        ("names", ["a", "b"], ("a", "b")),
        ("color", np.array([3, 4]), (3, 4)),
    ],
)
def test_python_gives_what_a_parameter_may_be(name, value, wanted):
    """Settings(share=1) means what the parameter share:=1 does."""
    for settings in (
        Ours(**{name: value}),
        *([Ours().changed(**{name: value})] if name not in ("name", "names") else []),
    ):
        found = getattr(settings, name)
        assert (type(found), found) == (type(wanted), wanted)


def test_the_ends_of_a_range_belong_to_it():
    for name, ends in (("share", (0.0, 1.0)), ("wait", (0.1, 3600.0)), ("count", (1, 9))):
        assert [getattr(Ours(**{name: end}), name) for end in ends] == list(ends)


def test_only_what_may_be_is_changed():
    before = Ours()
    after = before.changed(share=0.25, way="that")
    assert (after.share, after.way, after.count, before.share) == (0.25, "that", 3, 0.5)
    with pytest.raises(OurError, match="wait is read once at start"):
        before.changed(wait=3.0)
    with pytest.raises(OurError, match="there is no parameter height"):
        before.changed(height=3.0)
    with pytest.raises(OurError, match="share is 7"):
        before.changed(share=7.0)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("share", 1, 1.0),
        ("share", 10**400, 10**400),
        ("share", 2**63, 2**63),
        ("share", 1 - 2**63, float(1 - 2**63)),
        ("share", True, True),
        ("count", 2.0, 2.0),
        ("prior", 1, "1"),
        ("prior", 0.5, "0.5"),
        ("prior", [0.5, 1], "0.5,1"),
        ("prior", [True], [True]),
        ("prior", ["a"], ["a"]),
        ("name", 7, 7),
        ("names", ["a", "b"], ("a", "b")),
        ("names", None, ()),
        ("names", "ab", "ab"),
        ("share", None, None),
        ("on", 1, 1),
    ],
)
def test_what_a_value_means(name, value, wanted):
    found = meant(ENTRIES[name], value)
    assert (found, type(found)) == (wanted, type(wanted))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(ENTRIES)), ANYTHING)
def test_whatever_is_given_is_taken_or_refused_and_to_mean_it_twice_changes_nothing(name, value):
    entry = ENTRIES[name]
    wanted = meant(entry, value)
    assert repr(meant(entry, wanted)) == repr(wanted)
    reason = fault(entry, wanted)
    if reason:
        with pytest.raises(OurError):
            More(**{name: wanted})
    else:
        assert getattr(More(**{name: wanted}), name) == wanted


def test_the_table():
    assert parameter_table(Ours) == TABLE


def test_a_readme_gets_its_tables_in_their_order(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"# A\n\n{HEAD}\n|---|\n| old |\n\nmore | words\n{HEAD}\nend\n")
    write_tables(readme, [Ours, More])
    assert readme.read_text() == f"# A\n\n{TABLE}\n\nmore | words\n{parameter_table(More)}\nend\n"
    written = readme.read_text()
    write_tables(readme, [Ours, More])
    assert readme.read_text() == written
    with pytest.raises(FerError, match="has 2 tables of settings, not 1"):
        write_tables(readme, [Ours])
    assert readme.read_text() == written


def test_a_setting_is_what_was_said_of_it_and_refused_by_its_package():
    @dataclass(frozen=True, kw_only=True)
    class Plain(Checked):
        share: float = setting(0.5, "how much")
        wait: float = setting(2.0, "how long", unit="s", low=0.5, high=9.0, live=True)
        way: str = setting("this", "which", choices=("this", "that"))
        prior: str = setting("even", "how common", numbers=True)

    class Theirs(Plain, error=OurError):
        pass

    class Still(Theirs):
        pass

    assert parameter_table(Plain).splitlines()[2:] == [
        "| `share` | double, read-only | `0.5` |  | how much |",
        "| `wait` | double | `2.0` | s, 0.5 to 9 | how long |",
        "| `way` | string, read-only | `this` | `this`, `that` | which |",
        "| `prior` | string, read-only | `even` |  | how common |",
    ]
    (prior,), (share,) = ([one for one in fields(Plain) if one.name == name] for name in ("prior", "share"))
    assert (meant(prior, 2), meant(share, 2)) == ("2", 2.0)
    assert Plain(share=1e9).changed(wait=3.0) == Plain(share=1e9, wait=3.0)
    for kind, error in ((Plain, FerError), (Theirs, OurError), (Still, OurError)):
        with pytest.raises(FerError, match=r"^way is 'other'; choose one of this, that$") as caught:
            kind(way="other")
        assert type(caught.value) is error


def test_another_package_may_add_a_choice(tmp_path, monkeypatch):
    group = "fer_common.tests_of_choices"

    @dataclass(frozen=True, kw_only=True)
    class Open(Checked):
        way: str = setting("this", "which", choices=("this",), others=group)

    (way,) = fields(Open)
    assert choices_of(way) == ("this",)
    with pytest.raises(FerError, match=r"way is 'lava'; choose one of this$"):
        Open(way="lava")
    about = tmp_path / "fer_lava-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: fer_lava\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{group}]\nlava = fer_lava:made\nthis = fer_lava:made\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert choices_of(way) == ("this", "lava"), "each once, ours first"
    assert Open(way="lava").way == "lava"
    with pytest.raises(FerError, match=r"way is 'snow'; choose one of this, lava$"):
        Open(way="snow")
    assert parameter_table(Open).endswith(
        "| `way` | string, read-only | `this` | `this`, or another package's | which |"
    )


def test_what_stands_before_a_table_stays_and_tables_are_printed_or_written(tmp_path, capsys):
    readme = tmp_path / "README.md"
    readme.write_text(f"| of another kind |\n{HEAD}\nend: ä\n", encoding="utf-8")
    print_or_write([Ours], [])
    assert capsys.readouterr().out == f"{TABLE}\n"
    print_or_write([Ours, More], [])
    assert capsys.readouterr().out == f"{TABLE}\n\n{parameter_table(More)}\n"
    print_or_write([Ours], [str(readme)])
    assert capsys.readouterr().out == ""
    assert readme.read_text(encoding="utf-8") == f"| of another kind |\n{TABLE}\nend: ä\n"


def test_a_readme_that_cannot_be_used_is_one_line(tmp_path, capsys):
    (tmp_path / "other.md").write_text("no table\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    for argument in ("other.md", "picture.png", "none.md", "."):
        with pytest.raises(SystemExit) as end:
            print_or_write([Ours], [str(tmp_path / argument)])
        assert end.value.code == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"tables: {tmp_path / argument}"), line
    assert (tmp_path / "other.md").read_text() == "no table\n"
    with pytest.raises(SystemExit) as end:
        print_or_write([Ours], ["--help"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("usage: python3 -m ")
