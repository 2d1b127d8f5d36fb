"""The node's parameters, declared from the settings with descriptors and ranges."""

import dataclasses
from typing import Any

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from fer_perception.errors import PerceptionError
from fer_perception.settings import SomeSettings, default_of


def declare(node: Node, kind: type[SomeSettings]) -> SomeSettings:
    """Declare every setting of a kind as a parameter, and read what the user gave.

    Raises:
        PerceptionError: a value is of another type, out of its range, or none of its choices.
    """
    values: dict[str, Any] = {}
    for entry in dataclasses.fields(kind):
        default = default_of(entry)
        # Open at first, so that a value that is refused is named by our own line and not by a traceback.
        value = node.declare_parameter(entry.name, _plain(default), ParameterDescriptor(dynamic_typing=True)).value
        values[entry.name] = _typed(entry, value)
    settings = kind(**values)
    for entry in dataclasses.fields(kind):
        node.set_parameters([Parameter(entry.name, value=_plain(values[entry.name]))])
        node.set_descriptor(entry.name, _descriptor(entry))
    return settings


def changed(settings: SomeSettings, parameters: list["Parameter[Any]"]) -> tuple[SomeSettings, SetParametersResult]:
    """Return the settings after a change of parameters, or as they were and why it is refused.

    Parameters that are not ours (use_sim_time) pass.
    """
    ours = {entry.name: entry for entry in dataclasses.fields(settings)}
    wanted = {
        parameter.name: _text(parameter.value) if ours[parameter.name].metadata["numbers"] else parameter.value
        for parameter in parameters
        if parameter.name in ours
    }
    try:
        return settings.changed(**wanted), SetParametersResult(successful=True)
    except PerceptionError as error:
        return settings, SetParametersResult(successful=False, reason=str(error))


def _text(value: Any) -> Any:
    """Write a number, or an array of them, as the text that stands for it; leave anything else as it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        return ",".join(str(item) for item in value)
    return value


def _plain(value: Any) -> Any:
    """Turn a tuple into what ROS has: a list."""
    return list(value) if isinstance(value, tuple) else value


def _typed(entry: "dataclasses.Field[Any]", value: Any) -> Any:
    """Convert what ROS gives to what the setting wants: 1 for 1.0, a list for a tuple, a text for numbers."""
    default = default_of(entry)
    if entry.metadata["numbers"]:
        return _text(value)
    if type(default) is float and type(value) is int:
        return float(value)
    return tuple(value) if isinstance(default, tuple) and isinstance(value, list) else value


def _descriptor(entry: "dataclasses.Field[Any]") -> ParameterDescriptor:
    about, default = entry.metadata, default_of(entry)
    descriptor = ParameterDescriptor(
        type=Parameter(entry.name, value=_plain(default)).type_.value,  # rclpy fills it in when declaring, not here
        description=about["reason"] + (f" ({about['unit']})" if about["unit"] else ""),
        additional_constraints=f"one of {', '.join(about['choices'])}" if about["choices"] else "",
        read_only=not about["live"],
        dynamic_typing=about["numbers"],
    )
    if about["low"] is not None and type(default) is float:
        descriptor.floating_point_range = [FloatingPointRange(from_value=about["low"], to_value=about["high"])]
    elif about["low"] is not None:
        descriptor.integer_range = [IntegerRange(from_value=about["low"], to_value=about["high"], step=1)]
    return descriptor
