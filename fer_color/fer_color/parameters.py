"""The settings as ROS parameters."""

from collections.abc import Iterable
from dataclasses import MISSING, Field, fields, replace
from typing import Any

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.exceptions import ParameterException
from rclpy.node import Node
from rclpy.parameter import Parameter

from fer_color.errors import ColorError
from fer_color.settings import Settings

_FIELDS: dict[str, "Field[Any]"] = {item.name: item for item in fields(Settings)}


def declare(node: Node) -> Settings:
    """Declare every setting as a parameter of `node` and read it.

    Raises:
        ColorError: a value has the wrong type or is out of range.
    """
    values = {}
    for name, item in _FIELDS.items():
        assert item.default is not MISSING
        default = list(item.default) if isinstance(item.default, tuple) else item.default
        try:
            parameter = node.declare_parameter(name, default, _descriptor(item))
        except ParameterException as error:
            raise ColorError(f"parameter '{name}': {_remedy(item)} ({error})") from error
        values[name] = _plain(item, parameter.value)
    return Settings(**values)


def changed(settings: Settings, parameters: Iterable["Parameter[Any]"]) -> Settings:
    """Return `settings` with those of `parameters` that belong to it; ColorError when one is out of range."""
    known = [item for item in parameters if item.name in _FIELDS]
    return replace(settings, **{item.name: _plain(_FIELDS[item.name], item.value) for item in known})


def with_points(overrides: Iterable["Parameter[Any]"]) -> list["Parameter[Any]"]:
    """Return the overrides with whole numbers made floats where the setting is one: `brightness:=1` means 1.0."""
    return [
        Parameter(item.name, Parameter.Type.DOUBLE, float(item.value))
        if type(item.value) is int and item.name in _FIELDS and isinstance(_FIELDS[item.name].default, float)
        else item
        for item in overrides
    ]


def _plain(item: "Field[Any]", value: Any) -> Any:
    """Arrays as tuples, as the settings have them; ColorError when there is no value."""
    if value is None:  # an empty array from the command line has no type, and none of its values
        if not isinstance(item.default, tuple):
            raise ColorError(f"parameter '{item.name}' has no value: {_remedy(item)}")
        return ()
    return value if isinstance(value, (str, float, int)) else tuple(value)


def _descriptor(item: "Field[Any]") -> ParameterDescriptor:
    low, high = item.metadata["low"], item.metadata["high"]
    descriptor = ParameterDescriptor(
        name=item.name, description=item.metadata["doc"], read_only=bool(item.metadata["fixed"])
    )
    if low is not None and isinstance(item.default, float):
        descriptor.floating_point_range = [FloatingPointRange(from_value=low, to_value=high, step=0.0)]
    elif low is not None:
        descriptor.integer_range = [IntegerRange(from_value=low, to_value=high, step=1)]
    return descriptor


def _remedy(item: "Field[Any]") -> str:
    low, high = item.metadata["low"], item.metadata["high"]
    if isinstance(item.default, float):
        return f"give a number with a point, from {low:g} to {high:g}, such as {item.default}"
    if low is not None:
        return f"give a whole number from {low} to {high}, such as {item.default}"
    example = list(item.default) if isinstance(item.default, tuple) else item.default
    return f"give {item.metadata['doc']}, such as {example!r}"
