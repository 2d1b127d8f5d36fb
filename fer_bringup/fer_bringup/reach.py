# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How far the nodes are heard: this machine alone, or the network. Decided before rclpy starts; needs no ROS."""

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from fer_bringup.errors import BringupError
from fer_common.ros.discovery import MACHINE_PROFILE, PROFILE_VARIABLES

REACHES = ("machine", "network")
PROFILES = {"machine": MACHINE_PROFILE, "network": "fastdds_network.xml"}
"""Transport profiles of Fast DDS's, in `config/`."""
_OLD_FAST_DDS = ("humble", "iron", "jazzy")
RANGE = "ROS_AUTOMATIC_DISCOVERY_RANGE"
ONLY_LOCALHOST = "ROS_LOCALHOST_ONLY"
"""What Humble has for the range."""
_TRANSPORT = (
    *PROFILE_VARIABLES,
    "FASTDDS_BUILTIN_TRANSPORTS",
    "ROS_DISCOVERY_SERVER",
    "CYCLONEDDS_URI",
    "ZENOH_SESSION_CONFIG_URI",
)
_FOUND_IN_THE_FOLDER = ("DEFAULT_FASTDDS_PROFILES.xml", "DEFAULT_FASTRTPS_PROFILES.xml")


def profile_path(reach: str) -> Path:
    """Return where the transport profile for a reach lies.

    Raises:
        BringupError: it is neither installed nor in the source tree.
    """
    places = [Path(__file__).resolve().parents[1] / "config" / PROFILES[reach]]
    try:
        from ament_index_python.packages import get_package_share_directory

        places.append(Path(get_package_share_directory("fer_bringup")) / "config" / PROFILES[reach])
    except (ImportError, LookupError):
        pass
    for place in places:
        if place.is_file():
            return place
    raise BringupError(f"the transport profile {PROFILES[reach]} is not there; build fer_bringup again")


def transport_of_the_user(environment: Mapping[str, str], folder: Path | None = None) -> str | None:
    """Name the first setting by which the user has chosen how messages travel; None where there is none.

    Args:
        environment: the environment's variables.
        folder: where the program runs, which Fast DDS looks into for a profile; None: nowhere.
    """
    for name in _TRANSPORT:
        if environment.get(name) and not _is_ours(environment[name]):
            return name
    return next((name for name in _FOUND_IN_THE_FOLDER if folder and (folder / name).is_file()), None)


def range_of_the_user(environment: Mapping[str, str]) -> str:
    """Say how far the user has let discovery go: `machine`, `network`, or empty where nothing was said.

    Args:
        environment: the environment's variables.
    """
    if environment.get("ROS_STATIC_PEERS") or environment.get(ONLY_LOCALHOST) == "0":
        return "network"
    if environment.get(PROFILE_VARIABLES[0], "").endswith(PROFILES["machine"]):
        return "machine"
    if not environment.get(RANGE):
        return "machine" if environment.get(ONLY_LOCALHOST) else ""
    return "machine" if environment[RANGE] in ("LOCALHOST", "OFF") else "network"


def settings(
    reach: str, environment: Mapping[str, str], folder: Path | None = None, *, alone: bool = True
) -> dict[str, str | None]:
    """Return what has to change in the environment for a reach; None: the variable has to go.

    Args:
        reach: one of `REACHES`, or empty: what the user's transport or range says, else by `alone`.
        environment: the environment's variables.
        folder: where the program runs, which Fast DDS looks into for a profile; None: nowhere.
        alone: whether nothing that is wanted lies outside of what is started, so that this machine will do.

    Raises:
        BringupError: the reach is unknown, or the profile is not there.
    """
    if reach and reach not in REACHES:
        raise BringupError(f"reach is '{reach}', expected one of {', '.join(REACHES)}")
    theirs = transport_of_the_user(environment, folder)
    if theirs and not reach:
        return {}
    if environment.get(RANGE) == "OFF" and reach != "machine":
        return {}
    found = reach or range_of_the_user(environment) or ("machine" if alone else "network")
    if found == "network":
        return _network(environment, asked=bool(reach), profile=not theirs)
    if not _is_fastdds(environment):
        return {} if environment.get(RANGE) else {RANGE: "LOCALHOST"}
    # LOCALHOST would add transports to the profile's, whose sockets are bound to every address, and shared memory.
    profile = str(profile_path("machine"))
    return {**dict.fromkeys(_variables(environment), profile), RANGE: "SYSTEM_DEFAULT", ONLY_LOCALHOST: None}


def within(reach: str, environment: Mapping[str, str], *, alone: bool) -> dict[str, str]:
    """Return the environment of nodes that somebody else's process starts, with what a reach changes.

    Args:
        reach: as of `settings`.
        environment: the environment's variables.
        alone: as of `settings`.

    Raises:
        BringupError: as `settings`.
    """
    found = dict(environment)
    apply(reach, found, alone=alone)
    return found


def apply(reach: str, environment: MutableMapping[str, str] | None = None, *, alone: bool = True) -> None:
    """Change the environment of this process, and of what it starts, for a reach; before rclpy starts.

    Raises:
        BringupError: as `settings`.
    """
    environment = os.environ if environment is None else environment
    for name, value in settings(reach, environment, Path.cwd(), alone=alone).items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value


def _variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Name the variables that this Fast DDS reads; both where that isn't known: version 3 warns of the old one."""
    distribution = environment.get("ROS_DISTRO", "")
    # Of the wheels: with version 3 the library libfastrtps is called libfastdds.
    old = not any(Path(sys.prefix, "lib").glob("libfastdds.so*")) if not distribution else distribution in _OLD_FAST_DDS
    if old:
        return PROFILE_VARIABLES
    return PROFILE_VARIABLES[:1]


def _network(environment: Mapping[str, str], *, asked: bool, profile: bool) -> dict[str, str | None]:
    changes: dict[str, str | None] = {}
    ours = any(_is_ours(environment.get(name, "")) for name in PROFILE_VARIABLES)
    if profile and _is_fastdds(environment):
        changes.update(dict.fromkeys(_variables(environment), str(profile_path("network"))))
    if asked and (environment.get(RANGE, "LOCALHOST") == "LOCALHOST" or ours):
        changes[RANGE] = "SUBNET"
    if asked and environment.get(ONLY_LOCALHOST, "0") != "0":
        changes[ONLY_LOCALHOST] = "0"
    return changes


def _is_ours(value: str) -> bool:
    return Path(value).name in PROFILES.values()


def _is_fastdds(environment: Mapping[str, str]) -> bool:
    """Whether Fast DDS carries the topics: ROS 2's default, and the one that the profile is for."""
    return environment.get("RMW_IMPLEMENTATION", "").startswith("rmw_fastrtps") or not environment.get(
        "RMW_IMPLEMENTATION"
    )
