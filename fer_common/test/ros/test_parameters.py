# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Settings as the parameters of real nodes: which value counts, and that a change is taken as a whole or not at all."""

from dataclasses import dataclass, fields

import pytest

rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")

from rclpy.node import Node  # noqa: E402
from rclpy.parameter import Parameter  # noqa: E402

from fer_common.errors import FerError  # noqa: E402
from fer_common.ros.parameters import changed, declare, follow  # noqa: E402
from fer_common.settings import Checked, setting  # noqa: E402

Type = Parameter.Type


class LampError(FerError):
    """A package's own."""


@dataclass(frozen=True, kw_only=True)
class Lamp(Checked, error=LampError):
    """One of every kind; `low` and `high` hang together."""

    low: float = setting(0.25, "where it begins", low=0.0, high=1.0, live=True)
    high: float = setting(0.75, "where it ends", unit="m", low=0.125, high=1.0, live=True)
    count: int = setting(3, "how many", low=1, high=9, live=True)
    way: str = setting("this", "which", choices=("this", "that"), live=True)
    prior: str = setting("even", "how common", numbers=True, live=True)
    on: bool = setting(False, "whether", live=True)
    place: str = setting("", "where")
    names: tuple[str, ...] = setting(("a",), "all of them", live=True)
    rgb: tuple[int, ...] = setting((1, 2), "what is seen", live=True)
    shares: tuple[float, ...] = setting((0.5,), "of each", live=True)
    flags: tuple[bool, ...] = setting((True,), "of each", live=True)

    def __post_init__(self) -> None:
        """Hold the two against each other, too."""
        super().__post_init__()
        if self.low > self.high:
            raise LampError(f"low is {self.low}, more than high's {self.high}")


class Older(Node):
    """As on Humble, where nothing is told before a parameter is set."""

    add_pre_set_parameters_callback = property()


@pytest.fixture(scope="module")
def context():
    context = rclpy.Context()
    rclpy.init(context=context)
    yield context
    rclpy.try_shutdown(context=context)


@pytest.fixture
def make(context):
    """Makes nodes that are given values as by a command line or a file."""
    made = []

    def node(kind=Node, /, **values):
        given = [one if isinstance(one, Parameter) else Parameter(name, value=one) for name, one in values.items()]
        made.append(kind("lamp", context=context, parameter_overrides=given, start_parameter_services=False))
        return made[-1]

    yield node
    for one in made:
        one.destroy_node()


@pytest.fixture(params=[Node, Older], ids=["now", "on Humble"])
def followed(request, make):
    """A node, and the settings that it has taken so far, the newest last."""
    node = make(request.param)
    taken = [declare(node, Lamp)]

    def take(parameters):
        taken.append(changed(taken[-1], parameters))

    follow(node, Lamp, take)
    return node, taken


def values_of(node):
    return {entry.name: node.get_parameter(entry.name).value for entry in fields(Lamp)}


def test_what_is_hidden_is_read_and_not_shown(make):
    @dataclass(frozen=True, kw_only=True)
    class Door(Checked):
        key: str = setting("none", "opens it", hide=lambda key: key[:1])

    node = make(key="secret")
    assert declare(node, Door).key == "secret"
    assert node.get_parameter("key").value == "s"


def test_what_nobody_gave_is_the_default(make):
    node = make()
    assert declare(node, Lamp) == Lamp()
    values = values_of(node)
    assert [*map(list, (values.pop("names"), values.pop("rgb"), values.pop("shares"), values.pop("flags")))] == [
        ["a"], [1, 2], [0.5], [True],
    ]  # fmt: skip
    assert values == {
        "low": 0.25, "high": 0.75, "count": 3, "way": "this", "prior": "even", "on": False, "place": "",
    }  # fmt: skip


def test_a_misspelt_one_is_named_and_others_are_somebody_elses(make, capfd):
    node = make(share=[0.5], rate=3.0, plce="here")
    assert declare(node, Lamp) == Lamp()
    lines = [line for line in capfd.readouterr().err.splitlines() if "no parameter" in line]
    assert len(lines) == 1
    assert "there is no parameter 'share', so it is passed over; is 'shares' meant?" in lines[0]


@pytest.mark.parametrize(
    ("name", "given", "wanted", "kind"),
    [
        ("high", 1, 1.0, Type.DOUBLE),
        ("low", 0.5, 0.5, Type.DOUBLE),
        ("count", 7, 7, Type.INTEGER),
        ("prior", 2, "2", Type.STRING),
        ("prior", [0.5, 1.0], "0.5,1.0", Type.STRING),
        ("place", "here", "here", Type.STRING),
        ("names", ["b", "c"], ("b", "c"), Type.STRING_ARRAY),
        ("names", Parameter("names"), (), Type.STRING_ARRAY),  # [] on a command line
        ("rgb", Parameter("rgb"), (), Type.INTEGER_ARRAY),
        ("shares", Parameter("shares"), (), Type.DOUBLE_ARRAY),
        ("flags", Parameter("flags"), (), Type.BOOL_ARRAY),
        ("rgb", [9], (9,), Type.INTEGER_ARRAY),
        ("shares", [0.25, 1.0], (0.25, 1.0), Type.DOUBLE_ARRAY),
        ("flags", [False, True], (False, True), Type.BOOL_ARRAY),
    ],
)
def test_what_the_user_gave_counts_as_what_it_means(make, name, given, wanted, kind):
    node = make(**{name: given})
    found = getattr(declare(node, Lamp), name)
    assert (found, type(found)) == (wanted, type(wanted))
    parameter = node.get_parameter(name)
    assert parameter.type_ is kind
    assert (tuple(parameter.value) if isinstance(wanted, tuple) else parameter.value) == wanted


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"count": 10}, "count is 10; it must be from 1 to 9"),
        ({"low": "much"}, "low is 'much'; it must be a number"),
        ({"way": "other", "count": 0}, "count is 0; it must be from 1 to 9"),  # the first in their order
        ({"low": 0.9}, "low is 0.9, more than high's 0.75"),
        ({"names": [1]}, "names is (1,); it must be a list, each a text"),
        ({"names": Parameter("names", Type.BYTE_ARRAY, [b"a"])}, "names is (b'a',); it must be a list, each a text"),
    ],
)
def test_a_wrong_value_at_the_start_is_our_own_line(make, given, says):
    with pytest.raises(LampError) as caught:
        declare(make(**given), Lamp)
    assert str(caught.value) == says


def test_a_change_counts_whole_and_in_its_order(followed):
    node, taken = followed
    several = [Parameter("low", value=0.8), Parameter("high", value=1), Parameter("names", value=["x", "y"])]
    assert node.set_parameters_atomically(several).successful
    assert taken[1:] == [Lamp(low=0.8, high=1.0, names=("x", "y"))]
    assert (node.get_parameter("high").value, node.get_parameter("high").type_) == (1.0, Type.DOUBLE)
    assert node.set_parameters_atomically([Parameter("prior", value=[1, 2]), Parameter("way", value="that")]).successful
    assert taken[-1] == Lamp(low=0.8, high=1.0, names=("x", "y"), prior="1,2", way="that")
    assert node.get_parameter("prior").value == "1,2"


def test_one_after_the_other_each_is_held_against_what_is_there(followed):
    """Low before high is refused, and high is taken all the same; the other way round both are."""
    node, taken = followed
    first, second = node.set_parameters([Parameter("low", value=0.8), Parameter("high", value=0.9)])
    assert (first.successful, first.reason) == (False, "low is 0.8, more than high's 0.75")
    assert second.successful
    assert taken[1:] == [Lamp(high=0.9)]
    assert all(one.successful for one in node.set_parameters([Parameter("high", value=1), Parameter("low", value=1)]))
    assert taken[-1] == Lamp(low=1.0, high=1.0)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Parameter("count", value=10), None),  # rclpy's own words: it is out of the declared range
        (Parameter("way", value="other"), "way is 'other'; choose one of this, that"),
        (Parameter("low", value=0.9), "low is 0.9, more than high's 0.75"),
        (Parameter("place", value="there"), None),  # read-only
        (Parameter("count", value=2.0), None),  # another type
        (Parameter("names", Type.BYTE_ARRAY, [b"a"]), None),
    ],
    ids=lambda value: value.name if isinstance(value, Parameter) else "",
)
def test_a_change_with_one_wrong_value_changes_nothing(followed, wrong, says):
    node, taken = followed
    before = values_of(node)
    for several in ([Parameter("on", value=True), wrong], [wrong, Parameter("on", value=True)]):
        result = node.set_parameters_atomically(several)
        assert not result.successful
        assert result.reason
        assert says is None or result.reason == says
        assert values_of(node) == before
        assert taken == [Lamp()]


def test_a_fault_of_ours_refuses_the_change_and_the_node_lives(make):
    node = make()
    declare(node, Lamp)

    def fail(parameters):
        raise ZeroDivisionError("no\nlight")

    follow(node, Lamp, fail)
    (result,) = node.set_parameters([Parameter("on", value=True)])
    assert not result.successful
    assert result.reason.startswith("it cannot be taken: ZeroDivisionError(")
    assert "\n" not in result.reason
    assert node.get_parameter("on").value is False


def test_what_is_none_of_ours_passes(followed):
    node, taken = followed
    node.declare_parameter("other", 1)
    assert node.set_parameters_atomically([Parameter("other", value=2), Parameter("count", value=4)]).successful
    assert node.get_parameter("other").value == 2
    assert taken[-1] == Lamp(count=4)


def test_a_parameter_describes_itself(make):
    node = make()
    declare(node, Lamp)
    names = [entry.name for entry in fields(Lamp)]
    about = dict(zip(names, node.describe_parameters(names)))
    assert {name: one.description for name, one in about.items() if name in ("low", "high")} == {
        "low": "where it begins", "high": "where it ends (m)",
    }  # fmt: skip
    assert [name for name, one in about.items() if one.read_only] == ["place"]
    assert [name for name, one in about.items() if one.dynamic_typing] == ["prior"]
    assert {name: one.additional_constraints for name, one in about.items() if one.additional_constraints} == {
        "way": "one of this, that"
    }
    ranges = {name: (one.floating_point_range, one.integer_range) for name, one in about.items()}
    assert [(one.from_value, one.to_value) for one in ranges["low"][0]] == [(0.0, 1.0)]
    assert [(one.from_value, one.to_value) for one in ranges["high"][0]] == [(0.125, 1.0)]
    assert [(one.from_value, one.to_value, one.step) for one in ranges["count"][1]] == [(1, 9, 1)]
    assert not any(ranges[name][0] for name in names if name not in ("low", "high"))
    assert not any(ranges[name][1] for name in names if name != "count")
    assert about["low"].name == "low"
    assert about["rgb"].type == Type.INTEGER_ARRAY.value
