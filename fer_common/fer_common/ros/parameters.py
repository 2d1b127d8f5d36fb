# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Settings as a node's parameters: declared with descriptors and ranges, read, and followed while the node runs."""

import difflib
from collections.abc import Callable, Collection, Iterable
from dataclasses import Field, fields
from functools import partial
from typing import Any

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, SetParametersResult
from rclpy.node import Node
from rclpy.parameter import Parameter

from fer_common.errors import FerError, one_line
from fer_common.settings import Checked, SomeSettings, choices_of, default_of, meant

ALIKE = 0.85
"""How near a misspelt name is to the one that is meant, 0 to 1 as difflib reckons it."""
SHORTEST = 6
"""Letters of a name that is guessed: of shorter ones two may be as near that are both right (mode, model)."""
_ARRAYS = {
    str: Parameter.Type.STRING_ARRAY,
    int: Parameter.Type.INTEGER_ARRAY,
    float: Parameter.Type.DOUBLE_ARRAY,
    bool: Parameter.Type.BOOL_ARRAY,
    bytes: Parameter.Type.BYTE_ARRAY,  # no setting is, but anybody may send one
}


def declare(node: Node, kind: type[SomeSettings]) -> SomeSettings:
    """Declare every setting of a kind as a parameter, and read what the user gave.

    Raises:
        FerError: as `kind.error`: a value is of another type, out of its range, or none of its choices.
    """
    values: dict[str, Any] = {}
    given: dict[str, Any] = {}
    for entry in fields(kind):
        # Open at first, so that a value that is refused is named by our own line and not by a traceback.
        opened = ParameterDescriptor(dynamic_typing=True)
        given[entry.name] = node.declare_parameter(entry.name, _plain(default_of(entry)), opened).value
        values[entry.name] = meant(entry, given[entry.name])
    settings = kind(**values)
    for entry in fields(kind):
        hide = entry.metadata["hide"]
        parameter = _parameter(entry, hide(values[entry.name]) if hide else values[entry.name])
        if type(parameter.value) is not type(given[entry.name]) or (hide and parameter.value != values[entry.name]):
            node.set_parameters([parameter])
        node.set_descriptor(entry.name, _descriptor(entry))
    known = {entry.name for entry in fields(kind)} | {"use_sim_time"}
    for name, near in misspelt(getattr(node, "_parameter_overrides", {}), known).items():  # rclpy tells nobody else
        node.get_logger().warning(f"there is no parameter '{name}', so it is passed over; is '{near}' meant?")
    return settings


def misspelt(given: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Find the parameters that are none, but nearly, each with the one that may be meant.

    Args:
        given: names, of which any may be meant for another node: `-p`, and `/**` in a file, give all of them to each.
        known: the node's own.
    """
    longer = [name for name in known if len(name) >= SHORTEST]
    close = {name: difflib.get_close_matches(name, longer, 1, ALIKE) for name in given if name not in known}
    return {name: near[0] for name, near in close.items() if near}


def changed(settings: SomeSettings, parameters: "list[Parameter[Any]]") -> SomeSettings:
    """Return the settings after a change of parameters; those that are none of ours (use_sim_time) pass.

    Raises:
        FerError: as `settings.error`: a value is refused, or the setting is read only once.
    """
    ours = {entry.name: entry for entry in fields(settings)}
    return settings.changed(**{one.name: meant(ours[one.name], one.value) for one in parameters if one.name in ours})


def follow(node: Node, kind: type[Checked], take: "Callable[[list[Parameter[Any]]], None]") -> None:
    """Have `take` told of every change of parameters while the node runs; an exception of it refuses the change.

    Values come as the settings of `kind` mean them: an integer that is set for a double is a double before rclpy
    compares the types.

    Args:
        node: whose parameters they are, declared before.
        kind: their settings.
        take: whose FerError is the reason that is given; of anything else, a fault of ours, too, and the node lives.
    """
    entries = {entry.name: entry for entry in fields(kind)}

    def convert(parameters: "list[Parameter[Any]]") -> "list[Parameter[Any]]":
        return [_parameter(entries[one.name], one.value) if one.name in entries else one for one in parameters]

    def answer(parameters: "list[Parameter[Any]]") -> SetParametersResult:
        try:
            take(parameters)
        except FerError as error:
            return SetParametersResult(successful=False, reason=str(error))
        except Exception as error:
            return SetParametersResult(successful=False, reason=one_line(f"it cannot be taken: {error!r}"))
        return SetParametersResult(successful=True)

    if hasattr(node, "add_pre_set_parameters_callback"):
        node.add_pre_set_parameters_callback(convert)
    else:  # Humble, whose services call these two
        for name in ("set_parameters", "set_parameters_atomically"):
            setattr(node, name, partial(_converted, getattr(node, name), convert))
    node.add_on_set_parameters_callback(answer)


def _converted(set_them: Callable[[Any], Any], convert: Callable[[Any], Any], parameter_list: Any) -> Any:
    return set_them(convert(parameter_list))


def _parameter(entry: "Field[Any]", value: Any) -> "Parameter[Any]":
    wanted = meant(entry, value)
    if isinstance(wanted, tuple):
        inner = type((*wanted, *default_of(entry))[0])  # ROS's arrays are of one type each
        return Parameter(entry.name, _ARRAYS[inner], list(wanted))
    return Parameter(entry.name, value=wanted)


def _plain(value: Any) -> Any:
    """Give a tuple as ROS has it: a list."""
    return list(value) if isinstance(value, tuple) else value


def _descriptor(entry: "Field[Any]") -> ParameterDescriptor:
    about, default = entry.metadata, default_of(entry)
    descriptor = ParameterDescriptor(
        name=entry.name,
        type=_parameter(entry, default).type_.value,  # rclpy fills it in when declaring, not here
        description=about["reason"] + (f" ({about['unit']})" if about["unit"] else ""),
        additional_constraints=f"one of {', '.join(choices_of(entry))}" if about["choices"] else "",
        read_only=not about["live"],
        dynamic_typing=about["numbers"],
    )
    if about["low"] is not None and type(default) is float:
        descriptor.floating_point_range = [FloatingPointRange(from_value=about["low"], to_value=about["high"])]
    elif about["low"] is not None:
        descriptor.integer_range = [IntegerRange(from_value=about["low"], to_value=about["high"], step=1)]
    return descriptor
